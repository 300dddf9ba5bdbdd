import { describe, expect, it } from 'vitest'
import { completed, placeAt } from './place.ts'

/** `|` is the caret. */
const at = (marked: string) => {
  const caret = marked.indexOf('|')
  const text = marked.replace('|', '')
  const place = placeAt(text, caret)
  if (place === null) return null
  const { from, to, ...what } = place
  return { ...what, word: text.slice(from, to) }
}

describe('what is written at a place of PromQL', () => {
  it.each([
    ['|', { of: 'metrics', word: '' }],
    ['sum(rate(istio_req|', { of: 'metrics', word: 'istio_req' }],
    ['a + b|', { of: 'metrics', word: 'b' }],
    ['up{|', { of: 'labels', metric: 'up', word: '' }],
    ['{jo|', { of: 'labels', metric: null, word: 'jo' }],
    ['up{job="a", na|me', { of: 'labels', metric: 'up', word: 'name' }],
    ['up{job="|', { of: 'values', metric: 'up', label: 'job', word: '' }],
    ['up{job=~"a|', { of: 'values', metric: 'up', label: 'job', word: 'a' }],
    ['up{job !="a\\"b|', { of: 'values', metric: 'up', label: 'job', word: 'a\\"b' }],
    ['up{job="}{", name="x|', { of: 'values', metric: 'up', label: 'name', word: 'x' }],
    ['sum by (na|', { of: 'labels', metric: null, word: 'na' }],
    ['sum(up) by (job, na|', { of: 'labels', metric: null, word: 'na' }],
    ['rate(up[5|', null],
    ['up > 1|', null],
    ['label_replace(up, "na|', null],
    ['up{job=|', null],
  ])('%s', (text, want) => {
    expect(at(text)).toEqual(want)
  })

  const put = (marked: string, word: string) => {
    const caret = marked.indexOf('|')
    const text = marked.replace('|', '')
    const place = placeAt(text, caret)
    if (place === null) throw new Error('Nothing can be completed there.')
    const made = completed(text, place, word)
    return `${made.text.slice(0, made.caret)}|${made.text.slice(made.caret)}`
  }
  it.each([
    ['su|', 'sum', 'sum(|'],
    ['su|(up)', 'sum', 'sum|(up)'],
    ['sum(u|p)', 'upper', 'sum(upper|)'],
    ['up{job="|}', 'a"b\\', 'up{job="a\\"b\\\\"|}'],
    ['up{job="a|"}', 'abc', 'up{job="abc|"}'],
  ])('%s is completed by %s', (text, word, want) => {
    expect(put(text, word)).toBe(want)
  })
})
