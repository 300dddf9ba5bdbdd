import type { Analyzer } from './analyzer.ts'
import { alphaAnnotations } from './istio/alpha-annotations.ts'
import { istioAnalyzers } from './istio/all.ts'

/** Every analyzer that runs by itself, in the page, in the BFF and on the command line. */
export const allAnalyzers: readonly Analyzer[] = [...istioAnalyzers]

/** Asked by name only: they speak of much that is well. */
export const furtherAnalyzers: readonly Analyzer[] = [alphaAnnotations]
