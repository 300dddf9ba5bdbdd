import type { enCharts } from './en-charts.ts'
import type { Text } from './en.ts'

export const zhCNCharts: Text<typeof enCharts> = {
  menu: '此图表的更多操作',
  asTable: '以表格显示',
  asChart: '以图表显示',
  copyQuery: '复制 PromQL',
  copied: '已复制',
  csv: '下载 CSV',
  time: '时间',
  tableOf: '{{name}}（表格）',
  hide: '隐藏 {{name}}',
  show: '显示 {{name}}',
  noSamples: '这段时间内没有样本。',
  rows_other: '{{count}} 个时刻',
}
