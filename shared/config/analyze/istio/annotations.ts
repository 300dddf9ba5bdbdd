import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { annotations, isIstios } from './annotation-table.ts'
import { valueProblem } from './annotation-values.ts'
import { deprecatedAnnotation, invalidAnnotation, misplacedAnnotation, unknownAnnotation } from './messages.ts'

const injectName = 'sidecar.istio.io/inject'

/** Istio's annotations: known, in their place, and with a value that can be read. */
export const annotationsOfObjects: EachAnalyzer = {
  name: 'annotations.K8sAnalyzer',
  each: ['/Namespace', '/Service', '/Pod', 'apps/Deployment'],
  analyze(object, _, report) {
    for (const [name, value] of Object.entries(object.metadata.annotations ?? {})) {
      if (!isIstios(name)) continue
      const path = ['metadata', 'annotations', name]
      const known = annotations.get(name)
      if (known === undefined) {
        report(object, unknownAnnotation, [name], { path })
        continue
      }
      // With the label beside it the annotation is kept for older Istios on purpose.
      const isKept = name === injectName && object.metadata.labels?.[injectName] !== undefined
      if (known.deprecated && !isKept) {
        const instead = name === injectName ? ': use the label of the same name' : ''
        report(object, deprecatedAnnotation, [name, instead], { path })
      }
      if (known.on.includes('Any')) continue
      if (!known.on.includes(object.kind)) {
        report(object, misplacedAnnotation, [name, known.on.join(', ')], { path })
        continue
      }
      const problem = valueProblem(name, String(value))
      if (problem !== null) report(object, invalidAnnotation, [name, problem], { path })
    }
  },
}
