import { type ContentChange, OpenDocument } from "./document.ts"

/** The documents that the client has open, by URI. */
export class Documents {
  private readonly open = new Map<string, OpenDocument>()

  get(uri: string): OpenDocument | undefined {
    return this.open.get(uri)
  }

  all(): Iterable<OpenDocument> {
    return this.open.values()
  }

  /** Opens a document; one that is open already is replaced, since the client's word counts. */
  add(uri: string, languageId: string, version: number, text: string): OpenDocument {
    this.remove(uri)
    const document = new OpenDocument(uri, languageId, version, text)
    this.open.set(uri, document)
    return document
  }

  /** Applies changes. False where the document is not open. */
  change(uri: string, changes: readonly ContentChange[], version: number): boolean {
    const document = this.open.get(uri)
    document?.update(changes, version)
    return document !== undefined
  }

  /** Closes a document and frees its tree. False where it was not open. */
  remove(uri: string): boolean {
    this.open.get(uri)?.dispose()
    return this.open.delete(uri)
  }
}
