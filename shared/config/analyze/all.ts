import type { Analyzer } from './analyzer.ts'
import { alphaAnnotations } from './istio/alpha-annotations.ts'
import { istioAnalyzers } from './istio/all.ts'
import { weftAnalyzers } from './weft/all.ts'
import { uncoveredWorkloads } from './weft/uncovered-workloads.ts'

/** Every analyzer that runs by itself: in the page and in the BFF; on the command line where it is asked for. */
export const allAnalyzers: readonly Analyzer[] = [...istioAnalyzers, ...weftAnalyzers]

/** Asked by name only: they speak of much that is well. */
export const furtherAnalyzers: readonly Analyzer[] = [alphaAnnotations, uncoveredWorkloads]
