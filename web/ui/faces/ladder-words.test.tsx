import i18next from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import { type FactName, type Facts, type Says, type Statement, statements } from '#shared/mesh/statement.ts'
import type { Language } from '#web/ui/format.ts'
import { chooseLanguage, languages, openTexts, startLanguage } from '#web/ui/language.ts'
import { enLadder } from '#web/ui/text/en-ladder.ts'
import { zhCNLadder } from '#web/ui/text/zh-CN-ladder.ts'
import { sentencesOf } from './ladder-words.ts'

const sample: Facts = {
  user: 'ann',
  source: 'prometheus',
  url: 'http://p:9090',
  version: 'Jaeger 2.1',
  words: 'it said so',
  subject: { of: 'service', namespace: 'shop', name: 'cart' },
  namespace: 'shop',
  service: 'cart.shop',
  pod: 'cart-1',
  container: 'app',
  workloads: ['Deployment cart', 'Deployment web'],
  metric: 'up',
  metrics: ['a_total', 'b_total'],
  matcher: 'code="599"',
  matchers: ['job="a"', 'code="599"'],
  grants: ['get pods', 'get pods/log'],
  policies: ['AuthorizationPolicy shop/nobody'],
  ports: [8080, null],
  count: 1234,
  all: 5678,
  perSecond: 12.34,
  window: 900,
  at: Date.UTC(2026, 10, 26, 12),
}
const all = Object.keys(statements) as Says[]
const of = (says: Says, more: Partial<Facts> = {}): Statement =>
  ({
    says,
    facts: Object.fromEntries(statements[says].map((name: FactName) => [name, { ...sample, ...more }[name]])),
    // Made from the table that the type is made from.
  }) as unknown as Statement

/** As a page of that language tells it. */
const tell = (statement: Statement, language: Language): string =>
  sentencesOf([statement], { t: i18next.getFixedT(language, 'ladder'), language, skew: 0 }).replaceAll('\u00a0', ' ')

beforeAll(async () => {
  await startLanguage()
  await openTexts('ladder')
  // oxlint-disable-next-line no-await-in-loop -- one language after the other is chosen
  for (const language of languages.toReversed()) await chooseLanguage(language)
})

describe.each(languages)('in %s', language => {
  it.each(all)('%s has its sentence, for one and for many', says => {
    for (const count of [1, 1234]) {
      const text = tell(of(says, { count }), language)
      expect(text).not.toMatch(/^$|\{\{|\}\}|undefined|null|NaN|says\.|fact\.|object Object/)
      if (language === 'zh-CN') expect(text).toMatch(/\p{Script=Han}/u)
    }
  })
})

describe('the facts of a statement', () => {
  const texts = { en: enLadder.says, 'zh-CN': zhCNLadder.says } satisfies Record<Language, object>
  const named = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name)

  it.each(languages)('are all that its texts name, in %s', language => {
    for (const [key, text] of Object.entries(texts[language])) {
      const says = key.replace(/_(one|other)$/, '')
      const facts: readonly string[] = statements[says as Says] ?? []
      expect([key, named(text).filter(name => !facts.includes(name ?? ''))]).toEqual([key, []])
      // `_one` says one; a source is named in what it says.
      const unsaid = facts.filter(name => !named(text).includes(name))
      expect([key, unsaid.filter(name => !(name === 'count' && key.endsWith('_one')) && name !== 'source')]).toEqual([
        key,
        [],
      ])
    }
  })

  it.each<[Statement, string, string]>([
    [
      of('noSamples', { metrics: ['a', 'b', 'c'] }),
      'No sample of a, b, or c of service shop/cart in the last 15 min.',
      '最近 15 分内服务 shop/cart 没有 a、b或c 的样本。',
    ],
    [
      of('targetsAnswer', { subject: { of: 'namespaces', namespaces: ['pay', 'shop'] } }),
      '1,234 of 5,678 targets of pay and shop answer.',
      '命名空间 pay和shop 的 5,678 个抓取目标中有 1,234 个有响应。',
    ],
    [
      of('noTraces', { window: 3585 }),
      'No trace of cart.shop in the time that was searched (1 h).',
      '在所搜索的 1 小时内没有 cart.shop 的链路。',
    ],
    [of('seesAll', { user: '' }), 'This console may see every namespace.', '本控制台 可以查看所有命名空间。'],
    [
      of('noTraffic', { subject: { of: 'cluster' }, window: 86_400 }),
      'No request and no connection of this cluster in the last 24 h.',
      '最近 24 小时内本集群没有请求，也没有连接。',
    ],
    [
      of('unsampled'),
      'Prometheus saw 12.3 requests a second: none of them was sampled (Telemetry, randomSamplingPercentage).',
      'Prometheus 记录到每秒 12.3 个请求，但均未被采样（Telemetry、randomSamplingPercentage）。',
    ],
    [
      of('labelled', { count: 1 }),
      'One of them carries the labels that the panel is drawn from.',
      '其中 1 个带有此面板所需的标签。',
    ],
    [
      of('unreachable', { words: 'Prometheus at http://p refused the connection.' }),
      'Prometheus at http://p refused the connection.',
      '无法连接 Prometheus：Prometheus at http://p refused the connection.',
    ],
  ])('%o are written as each language writes them', (statement, en, zh) => {
    expect(tell(statement, 'en')).toBe(en)
    expect(tell(statement, 'zh-CN')).toBe(zh)
  })

  it('are cut where they are longer than anybody reads, names and lists', () => {
    const names = Array.from({ length: 40 }, (_, index) => `${index}-${'x'.repeat(5000)}`)
    for (const says of all) {
      const text = of(says, {
        user: names[0] ?? '',
        words: 'y'.repeat(100_000),
        service: names[0] ?? '',
        subject: { of: 'namespaces', namespaces: names },
        metrics: names,
        matchers: names,
        policies: names,
        workloads: names,
        ports: names.map((_, port) => port),
      })
      expect(tell(text, 'en').length, says).toBeLessThan(5000)
    }
    expect(tell(of('noMetric', { metrics: names.map((_, index) => `m${index}`) }), 'en')).toBe(
      'There is no m0, m1, m2, m3, m4, m5, or 34 more at this time.',
    )
  })

  it('are text, whatever they hold: no place of a text is filled from within', () => {
    const words = '{{source}} $t(all) $& $1 <b>x</b>'
    expect(tell(of('quoted', { words }), 'en')).toBe(`Prometheus says: ${words}`)
    expect(tell(of('quoted', { words }), 'zh-CN')).toBe(`Prometheus 的说明：${words}`)
  })
})
