import type { TFunction } from 'i18next'
import type { FactName, Facts, Statement, Subject } from '#shared/mesh/statement.ts'
import type { Seconds } from '#shared/units.ts'
import { absolute, age, cutMiddle, type Language, significant } from '#web/ui/format.ts'

/** In whose words, and by whose clock. */
export interface Teller {
  t: TFunction<'ladder'>
  language: Language
  /** Milliseconds that the server's clock is ahead of this one. */
  skew: number
}

/** Names longer than this are cut in the middle, lists after so many. */
const longest = 300
const most = 6

/** What was found, one sentence after another. Pure. */
export const sentencesOf = (detail: readonly Statement[], teller: Teller): string =>
  detail.map(statement => sentenceOf(statement, teller)).join(teller.language === 'zh-CN' ? '' : ' ')

/** All but the count, which the plural goes by and which stays a number. */
type Worded = Exclude<FactName, 'count'>

function sentenceOf({ says, facts }: Statement, teller: Teller): string {
  const { count, ...others } = facts as Partial<Facts>
  const words: { [Name in Worded]?: Words } = Object.fromEntries(
    // Of a union of records the compiler does not know the keys; the schema let no other pass.
    Object.keys(others).map(name => [name, wordsOf(name as Worded, facts as Facts, teller)]),
  )
  return teller.t($ => $.says[says], { ...words, ...(count !== undefined && { count }) })
}

const wordsOf = <Name extends Worded>(name: Name, facts: Facts, teller: Teller): Words =>
  formats[name](facts[name], teller)

/** Numbers and lists are written where the text says so, as its language does: `{{count, number}}`, `{{metrics, list}}`. */
type Words = string | number | string[]

const plain = (text: string): string => cutMiddle(text, longest)
const list = (items: readonly string[], { t }: Teller): string[] => {
  const shown = items.slice(0, most).map(plain)
  const count = items.length - shown.length
  return count === 0 ? shown : [...shown, t($ => $.fact.more, { count })]
}

const formats: { [Name in Worded]: (value: Facts[Name], teller: Teller) => Words } = {
  user: (user, { t }) => (user === '' ? t($ => $.fact.console) : plain(user)),
  source: (source, { t }) => t($ => $.fact.source[source]),
  url: plain,
  version: plain,
  words: plain,
  subject: subjectWords,
  namespace: plain,
  service: plain,
  pod: plain,
  container: plain,
  workloads: list,
  metric: plain,
  metrics: list,
  matcher: plain,
  matchers: list,
  grants: list,
  policies: list,
  ports: (ports, teller) =>
    list(
      ports.map(port => (port === null ? teller.t($ => $.fact.someport) : teller.t($ => $.fact.port, { port }))),
      teller,
    ),
  all: value => value,
  perSecond: value => significant(value, true),
  window: (seconds, { language }) => age(whole(seconds) * 1000, language),
  at: (at, { language, skew }) => absolute(at - skew, language),
}

/** To the minute, or to the hour: an hour of steps of 15 s is 59 min 45 s, and called an hour. */
function whole(seconds: Seconds): Seconds {
  const unit = seconds < 120 ? 1 : seconds < 7200 ? 60 : 3600
  return Math.round(seconds / unit) * unit
}

function subjectWords(subject: Subject, teller: Teller): string {
  const { t } = teller
  switch (subject.of) {
    case 'cluster':
    case 'istiod':
      return t($ => $.fact.subject[subject.of])
    case 'namespaces':
      return t($ => $.fact.subject.namespaces, { names: list(subject.namespaces, teller) })
    case 'service':
    case 'workload':
      return t($ => $.fact.subject[subject.of], { name: plain(`${subject.namespace}/${subject.name}`) })
  }
}
