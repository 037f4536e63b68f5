/** Makes files from another source. Pure: it writes nothing itself. */
export interface Generator {
  /** What to call it on the command line. */
  readonly name: string
  /** The files that it makes: path relative to the root, with `/`, and the whole text. */
  generate(context: GeneratorContext): Promise<ReadonlyMap<string, string>>
}

export interface GeneratorContext {
  readonly root: string
  /** Tells the person who waits. */
  readonly say: (line: string) => void
}
