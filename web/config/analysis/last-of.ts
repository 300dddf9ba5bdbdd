/**
 * One at a time. Of those that come meanwhile the last is done afterwards: what is being read may have been there before
 * what it was asked for. `deed` does not fail.
 */
export function lastOf<Asked>(deed: (asked: Asked) => Promise<void>): (asked: Asked) => void {
  let waiting: { asked: Asked } | null = null
  let isBusy = false
  const go = async (asked: Asked) => {
    isBusy = true
    await deed(asked)
    isBusy = false
    const next = waiting
    waiting = null
    if (next !== null) void go(next.asked)
  }
  return asked => {
    if (isBusy) waiting = { asked }
    else void go(asked)
  }
}
