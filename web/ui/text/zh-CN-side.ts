/** What of the side panel others say too; the rest comes with it: `zh-CN-side-panel.ts`. */
export const side = {
  lastWindow: '最近 {{window}}',
  reason: {
    serverErrors: '错误 {{value}}',
    serverErrorsOver: '错误 ≥ {{threshold}}',
    clientErrors: '客户端错误 {{value}}，≥ {{threshold}}',
    refused: '{{value}} 被策略拒绝',
    connectionErrors: '失败的连接 {{value}}',
    connectionErrorsOver: '失败的连接 ≥ {{threshold}}',
    tolerated: '{{what}} {{value}}，在容忍范围内',
    tolerance: '{{what}} {{value}}，≥ {{threshold}}',
    podsNotReady: '{{wanted}} 个 Pod 中 {{ready}} 个就绪',
    noPods: '仍有调用，但已没有可响应的 Pod',
    noTraffic: '窗口内没有流量',
    notObserved: '没有上报者',
  },
}
