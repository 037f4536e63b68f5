/** Says what is going on, step by step, and remembers how long each step took. */

export interface Stage {
  readonly name: string
  readonly seconds: number
}

export class Stages {
  readonly done: Stage[] = []

  /** Runs a step; says its name before and its time after. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    console.log(`\n── ${name}`)
    const began = performance.now()
    try {
      return await work()
    } finally {
      const seconds = (performance.now() - began) / 1000
      this.done.push({ name, seconds })
      console.log(`   ${seconds.toFixed(1)} s`)
    }
  }

  /** One line a step, aligned. */
  table(): string {
    const width = Math.max(...this.done.map(({ name }) => name.length))
    return this.done
      .map(({ name, seconds }) => `  ${name.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s`)
      .join("\n")
  }
}
