import { type ContentChange, OpenDocument, type OpenSource, type OpenText } from "./document.ts"
import { type NewCell, OpenNotebook } from "./notebook.ts"

/** The files and notebooks that the client has open, by URI. */
export class Documents {
  private readonly open = new Map<string, OpenDocument | OpenNotebook>()
  /** The notebook of each cell, by the cell's URI. */
  private readonly notebooks = new Map<string, OpenNotebook>()

  /** A file or a cell of a notebook. */
  get(uri: string): OpenText | undefined {
    const source = this.open.get(uri)
    if (source instanceof OpenDocument) return source
    return this.notebooks.get(uri)?.parts.find((cell) => cell.uri === uri)
  }

  /** A file or a whole notebook. */
  source(uri: string): OpenSource | undefined {
    return this.open.get(uri)
  }

  file(uri: string): OpenDocument | undefined {
    const source = this.open.get(uri)
    return source instanceof OpenDocument ? source : undefined
  }

  notebook(uri: string): OpenNotebook | undefined {
    const source = this.open.get(uri)
    return source instanceof OpenNotebook ? source : undefined
  }

  all(): Iterable<OpenSource> {
    return this.open.values()
  }

  /** Opens a file; one that is open already is replaced, since the client's word counts. */
  add(uri: string, languageId: string, version: number, text: string): OpenDocument {
    this.remove(uri)
    const document = new OpenDocument(uri, languageId, version, text)
    this.open.set(uri, document)
    return document
  }

  /** Opens a notebook with its Python cells. */
  addNotebook(uri: string, cells: readonly NewCell[]): OpenNotebook {
    this.remove(uri)
    const notebook = new OpenNotebook(uri, cells)
    this.open.set(uri, notebook)
    this.know(notebook)
    return notebook
  }

  /** Applies changes to a file. False where it is not open. */
  change(uri: string, changes: readonly ContentChange[], version: number): boolean {
    const document = this.file(uri)
    document?.update(changes, version)
    return document !== undefined
  }

  /** Puts cells of a notebook in the place of others. Gives the URIs of the Python cells that are not in it any more. */
  splice(notebook: OpenNotebook, start: number, count: number, cells: readonly NewCell[]): string[] {
    const gone = notebook.splice(start, count, cells).map(({ uri }) => uri)
    for (const uri of gone) this.notebooks.delete(uri)
    this.know(notebook)
    return gone
  }

  /** Closes a file or a notebook and frees its tree. False where it was not open. */
  remove(uri: string): boolean {
    const source = this.open.get(uri)
    source?.dispose()
    if (source instanceof OpenNotebook) for (const cell of source.parts) this.notebooks.delete(cell.uri)
    return this.open.delete(uri)
  }

  private know(notebook: OpenNotebook): void {
    for (const cell of notebook.parts) this.notebooks.set(cell.uri, notebook)
  }
}
