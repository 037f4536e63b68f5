/** The calculator's page as a text. Pure. */

export interface PageParts {
  /** Addresses as the web view may load them. */
  readonly script: string
  readonly style: string
  /** What VS Code calls the origin of the extension's files. */
  readonly source: string
  /** Unguessable, and new for each page. */
  readonly nonce: string
  /** What the page begins with, unless it kept something itself. */
  readonly start: unknown
}

/** Loads one script and one stylesheet of ours, and nothing else from anywhere. */
export function calculatorHtml({ script, style, source, nonce, start }: PageParts): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${source}; base-uri 'none'; form-action 'none'`
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Sizing Calculator</title>
  <link rel="stylesheet" href="${escaped(style)}">
</head>
<body data-start="${escaped(JSON.stringify(start ?? null))}">
  <div id="page"></div>
  <p id="spoken" class="hidden" aria-live="polite"></p>
  <script type="module" nonce="${nonce}" src="${escaped(script)}"></script>
</body>
</html>
`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
