/** Texts around charts; they come with the first page that has one. `zh-CN-charts.ts` has the same shape. */
export const enCharts = {
  menu: 'More of this chart',
  asTable: 'Show as table',
  asChart: 'Show as chart',
  copyQuery: 'Copy PromQL',
  copied: 'Copied',
  csv: 'Download CSV',
  time: 'Time',
  tableOf: '{{name}}, as a table',
  hide: 'Hide {{name}}',
  show: 'Show {{name}}',
  noSamples: 'No samples in this time.',
  rows_one: '{{count}} moment',
  rows_other: '{{count}} moments',
}
