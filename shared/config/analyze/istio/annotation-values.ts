/** What is wrong with the value of an annotation, in words; null where nothing is. Rules: istio.io, "Resource Annotations". */
export function valueProblem(name: string, value: string): string | null {
  const rule = rules[name]
  return rule === undefined ? null : rule(value)
}

const wholeNumber = (value: string) => (/^\d{1,10}$/.test(value) ? null : `"${value}" is no whole number.`)

const oneOf =
  (...words: string[]) =>
  (value: string) =>
    words.includes(value) ? null : `"${value}" is none of ${words.join(', ')}.`

const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535
const ports = (all: boolean) => (value: string) => {
  if (value === '' || (all && value === '*')) return null
  const wrong = value.split(',').find(port => !isPort(port.trim()))
  return wrong === undefined ? null : `"${wrong.trim()}" is no port.`
}

const block = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*)\/\d{1,3}$/
const ranges = (all: boolean) => (value: string) => {
  if (value === '' || (all && value === '*')) return null
  const wrong = value.split(',').find(range => !block.test(range.trim()))
  return wrong === undefined ? null : `"${wrong.trim()}" is no CIDR.`
}

const quantity = (value: string) =>
  /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+|[KMGTPE]i|[numkMGTPE])?$/.test(value) ? null : `"${value}" is no quantity.`

const rules: Record<string, (value: string) => string | null> = {
  'readiness.status.sidecar.istio.io/failureThreshold': wholeNumber,
  'readiness.status.sidecar.istio.io/initialDelaySeconds': wholeNumber,
  'readiness.status.sidecar.istio.io/periodSeconds': wholeNumber,
  'sidecar.istio.io/interceptionMode': oneOf('REDIRECT', 'TPROXY', 'NONE'),
  'status.sidecar.istio.io/port': value => (isPort(value) ? null : `"${value}" is no port.`),
  'prometheus.istio.io/merge-metrics': oneOf('true', 'false'),
  'sidecar.istio.io/rewriteAppHTTPProbers': oneOf('true', 'false'),
  'sidecar.istio.io/proxyCPU': quantity,
  'sidecar.istio.io/proxyCPULimit': quantity,
  'sidecar.istio.io/proxyMemory': quantity,
  'sidecar.istio.io/proxyMemoryLimit': quantity,
  'traffic.sidecar.istio.io/includeOutboundIPRanges': ranges(true),
  'traffic.sidecar.istio.io/excludeOutboundIPRanges': ranges(false),
  'traffic.sidecar.istio.io/includeInboundPorts': ports(true),
  'traffic.sidecar.istio.io/excludeInboundPorts': ports(false),
  'traffic.sidecar.istio.io/includeOutboundPorts': ports(false),
  'traffic.sidecar.istio.io/excludeOutboundPorts': ports(true),
}
