/** Waiting for what happens in its own time. */
import { setTimeout as sleep } from "node:timers/promises"

/**
 * Asks until the answer is neither undefined nor false.
 * @param what what is waited for, for the message when it does not come
 * @param milliseconds how long at most
 */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  milliseconds = 15_000,
): Promise<T> {
  const deadline = performance.now() + milliseconds
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) throw new Error(`In ${milliseconds} ms there was no ${what}.`)
    await sleep(50)
  }
}

/** Waits `milliseconds`, for proving that nothing happens. */
export function quiet(milliseconds: number): Promise<void> {
  return sleep(milliseconds)
}
