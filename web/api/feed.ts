import type { Message } from '#shared/live.ts'

/** What a feature says to become live on the page: its word and how a change is applied to what is held. */
export interface LiveSubject<State, Change> {
  name: string
  apply(before: State, change: Change): State
}

export type Trouble = Omit<Extract<Message<unknown, unknown>, { kind: 'trouble' }>, 'kind'>

/** One feed as the query cache holds it. `state` stays when trouble comes: the picture is kept and is stale. */
export interface Feed<State> {
  state: State | null
  epoch: string
  version: number
  /** When the state was read, milliseconds since the epoch; null before the first. */
  at: number | null
  trouble: Trouble | null
  /** The BFF refused the subscription: what was wrong with it. */
  refusal: { status: number; title: string; detail: string } | null
}

export const emptyFeed: Feed<never> = { state: null, epoch: '', version: -1, at: null, trouble: null, refusal: null }

/** A message taken in, or null when it does not fit what is held and the whole has to be asked for again. */
export function take<State, Change>(
  held: Feed<State>,
  message: Message<State, Change>,
  apply: (before: State, change: Change) => State,
): Feed<State> | null {
  switch (message.kind) {
    case 'snapshot': {
      const { epoch, version, at, state } = message
      return { state, epoch, version, at, trouble: null, refusal: null }
    }
    case 'change': {
      if (held.state === null || message.epoch !== held.epoch || message.base !== held.version) return null
      const { epoch, version, at } = message
      return { state: apply(held.state, message.change), epoch, version, at, trouble: null, refusal: null }
    }
    case 'trouble': {
      const { kind: _, ...trouble } = message
      return { ...held, trouble }
    }
  }
}
