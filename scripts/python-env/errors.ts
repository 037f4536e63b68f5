/** An environment cannot be made; the message says why and what to do. */
export class EnvError extends Error {
  override readonly name = "EnvError"
}
