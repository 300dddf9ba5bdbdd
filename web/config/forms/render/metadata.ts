import type { Field, Words } from '#web/config/forms/form.ts'

export interface MetadataTexts {
  labels: Words
  annotations: Words
}

/** Every object has them, whatever its form. */
export const metadataFields: readonly Field<MetadataTexts>[] = [
  { type: 'pairs', at: ['metadata', 'labels'], say: texts => texts.labels, isTucked: false },
  { type: 'pairs', at: ['metadata', 'annotations'], say: texts => texts.annotations, isTucked: false },
]
