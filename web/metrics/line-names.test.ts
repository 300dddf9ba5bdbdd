import { createInstance, type TFunction } from 'i18next'
import { beforeAll, expect, it } from 'vitest'
import { enMetrics } from '#web/ui/text/en-metrics.ts'
import { zhCNMetrics } from '#web/ui/text/zh-CN-metrics.ts'
import { lineName } from './line-names.ts'

const texts = createInstance()
beforeAll(() =>
  texts.init({
    lng: 'en',
    enableSelector: true,
    interpolation: { escapeValue: false },
    resources: { en: { metrics: enMetrics }, 'zh-CN': { metrics: zhCNMetrics } },
  }),
)
const t = (language: string): TFunction<'metrics'> => texts.getFixedT(language, 'metrics')

it.each([
  ['tcp', 'none', 'received', 'received', '接收'],
  ['openings', 'none', 'closed', 'closed', '关闭'],
  ['sizes', 'none', 'request', 'request', '请求'],
  ['messages', 'none', 'response', 'response', '响应'],
  ['requests', 'none', 'all', 'all', '全部'],
  ['requests', 'caller', 'other namespaces', 'other namespaces', '其他命名空间'],
  // A label's own value is nobody's word to translate.
  ['requests', 'version', 'all', 'all', 'all'],
  ['requests', 'version', 'sent', 'sent', 'sent'],
  ['errors', 'none', '503 UH', '503 UH', '503 UH'],
])('of %s, split by %s, %s is called %s and %s', (panel, split, name, en, zh) => {
  const line = { id: name, name }
  expect([lineName(t('en'), panel, split, line), lineName(t('zh-CN'), panel, split, line)]).toEqual([en, zh])
})

it('the others say how many they are', () => {
  const line = { id: 'others', name: 'others (1234)' }
  expect(lineName(t('en'), 'requests', 'version', line)).toBe('others (1,234)')
  expect(lineName(t('zh-CN'), 'requests', 'version', line)).toBe('其余（1,234 条）')
  expect(lineName(t('en'), 'requests', 'version', { id: 'others', name: 'others' })).toBe('others')
})
