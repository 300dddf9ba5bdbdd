import { expect, it } from 'vitest'
import type { Explored } from '#shared/metrics/api.ts'
import { csvOfRows } from './ExploreTable.tsx'

it('an answer as a file has a column for each label, and no formula a spreadsheet would run', () => {
  const rows: Explored['rows'] = [
    { labels: { __name__: 'up', job: '=1+1' }, last: 1, least: 0.1, most: null },
    { labels: { pod: 'a,"b"' }, last: null, least: 2, most: 3 },
  ]
  expect(csvOfRows(rows)).toBe(
    ['__name__,job,pod,last,min,max', "up,'=1+1,,1,0.1,", ',,"a,""b""",,2,3', ''].join('\r\n'),
  )
})
