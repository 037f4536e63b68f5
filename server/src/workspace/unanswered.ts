/** The request was cancelled by the client; nobody waits for its answer. */
export class Cancelled extends Error {
  constructor() {
    super("cancelled by the client")
    this.name = "Cancelled"
  }
}

/** The text changed, or was closed, after the request arrived: an answer would be about a text that is gone. */
export class Outdated extends Error {
  constructor() {
    super("the document has changed since")
    this.name = "Outdated"
  }
}

/** The engine could not be loaded; the status and the log have said why. */
export class Unavailable extends Error {
  constructor() {
    super("the engine could not be loaded")
    this.name = "Unavailable"
  }
}
