import type { Text } from './en.ts'
import type { enLadder } from './en-ladder.ts'

export const zhCNLadder: Text<typeof enLadder> = {
  asking: '正在查找原因…',
  notAsked: '无法查询为何为空：{{because}}',
  allHold: '以上各项均成立：是此处的选择没有留下任何内容。',
  last: '最近一次出现在 {{age}}前。',
  showLast: '查看那个时间',
  query: '查询语句',
  all: '全部检查项',
  state: { holds: '成立', fails: '不成立', unknown: '未知', unasked: '未检查' },
  rung: {
    rights: '您有权查看此范围中的内容',
    sourceReachable: '数据源有响应',
    scraped: '抓取正常',
    metricThere: '指标存在',
    labelsAsExpected: '标签符合预期',
    trafficInWindow: '时间窗口内有流量',
    expressionLeaves: '表达式留有结果',
    servicesKnown: '追踪存储中有服务',
    serviceKnown: '追踪存储中有此服务',
    trafficSampled: '此时间内有采样的流量',
    podsThere: '存在 Pod',
    containersStarted: '容器已启动',
    linesThere: '此时间内写有日志',
    filtersMatch: '有内容符合所选条件',
  },
}
