import { stringify } from 'yaml'
import type { Closing, Proposal, Withheld } from '#shared/security/learn/learn.ts'
import type { Confidence } from '#shared/security/learn/confidence.ts'
import type { LearnedRule } from '#shared/security/learn/rules.ts'
import { costLine } from './replay-text.ts'

export interface Told {
  proposals: readonly Proposal[]
  closing: readonly Closing[]
  /** Null: the file does not say. */
  window: { from: number; to: number } | null
  queries: readonly { name: string; query: string; step?: number | undefined }[]
  /** Milliseconds that Prometheus took; null: it was not asked. */
  duration: number | null
  blindSpots: readonly string[]
}

export const learnedAsJson = (told: Told): string => `${JSON.stringify(told, null, 2)}\n`

/** Policies that can be applied as they are; all that is said of them are comments. */
export function asLearned({ proposals, closing, window, queries, duration, blindSpots }: Told): string {
  const when = window === null ? [] : [`${moment(window.from)} until ${moment(window.to)}`]
  const head = [
    ...when,
    ...blindSpots,
    ...(queries.length === 0 ? [] : [costLine(queries, duration)]),
    ...queries.map(({ name, query }) => `${name}: ${query}`),
  ]
  const none = proposals.length === 0 ? ['Nobody was seen to call anything there: nothing is proposed.'] : []
  return [
    comment([...head, ...none]),
    ...proposals.map(one => document(sentencesOf(one), one.policy)),
    ...closing.map(one => document(closingSentences(one), one.policy)),
  ].join('')
}

const document = (sentences: readonly string[], policy: Proposal['policy']): string =>
  `---\n${comment(sentences)}${policy === null ? '' : stringify(policy, { lineWidth: 0 })}`

/** Names come from outside: none of them may end the comment it stands in. */
const comment = (sentences: readonly string[]): string =>
  sentences
    .flatMap(sentence => sentence.split(/[\p{Cc}\u2028\u2029]/u))
    .map(line => `# ${line}\n`)
    .join('')

function sentencesOf(one: Proposal): string[] {
  const { namespace, workloads, withheld, rules, apart, refused, shared } = one
  return [
    `${namespace}/${workloads.join(', ')}`,
    ...confidenceSentences(one.confidence),
    ...(withheld === null ? [] : [`No policy is proposed: ${reasonOf(withheld)}`]),
    ...(withheld === null && refused.requests > 0
      ? [`It would refuse ${number(refused.requests)} requests that passed, of ${refused.callers.join(', ')}.`]
      : []),
    ...rules.flatMap((rule, index) => ruleSentences(rule, index)),
    ...shared.map(
      ({ principal, workloads: holders, isDefault }) =>
        `${principal} is ${isDefault ? 'a default account' : 'an account'} that ${holders.join(', ') || 'others'} have: what one is granted, all are.`,
    ),
    ...(apart.length === 0
      ? []
      : ['Seen fewer than three times, and not granted:', ...apart.map(({ rule }) => `  ${JSON.stringify(rule)}`)]),
  ]
}

function ruleSentences({ why, isWide }: LearnedRule, index: number): string[] {
  const reasons = {
    gateway: 'for a gateway whose routes lead here',
    prometheus: 'for Prometheus, which scrapes here',
    probe: 'for the kubelet, which probes here and has no identity',
  }
  if (why !== 'seen' && why !== 'admitted')
    return [`rules[${index}] is there ${reasons[why]}, whether it was seen or not.`]
  return isWide ? [`rules[${index}] says who, but not by what: nothing finer was seen often enough.`] : []
}

function confidenceSentences(confidence: Confidence): string[] {
  const { sightings, kinds, unseenMass, unseenAtMost, hasWeek, sampling, heldBack } = confidence
  return [
    `${number(sightings)} calls were seen, of ${kinds} kinds. Of calls to come about ${percent(unseenMass)} are of a kind never seen, and at most ${percent(unseenAtMost)} at 95 %.`,
    ...(heldBack > 0 ? [`${percent(heldBack)} are of kinds seen too seldom to be granted.`] : []),
    ...(sampling < 1 ? [`${percent(sampling)} of the requests were looked at.`] : []),
    ...(hasWeek ? [] : ['No whole week was looked at: what happens on other days is not known.']),
  ]
}

function reasonOf(withheld: Withheld): string {
  switch (withheld.because) {
    case 'unidentified':
      return `${number(withheld.requests)} requests came without an identity, and no rule can name who made them.`
    case 'seldom':
      return 'nothing was seen often enough, so that it would refuse everybody.'
    case 'unenforced':
      return 'nothing enforces policies there.'
    case 'unnamed':
      return 'it has no labels of its own, so that the policy would hold for others too.'
  }
}

function closingSentences({ namespace, policy, cutOff, idle }: Closing): string[] {
  return [
    policy === null
      ? `${namespace} cannot be closed${cutOff.length > 0 ? `: ${cutOff.join(', ')} would be cut off` : ''}.`
      : `Closes all of ${namespace} that no policy above is for.`,
    ...(idle.length > 0 ? [`Nobody was seen to call ${idle.join(', ')}.`] : []),
  ]
}

const moment = (at: number): string => new Date(at).toISOString()
const number = (count: number): string => Number(count.toPrecision(count < 10 ? 2 : 15)).toLocaleString('en')
const percent = (ratio: number): string => `${Number((ratio * 100).toPrecision(2))} %`
