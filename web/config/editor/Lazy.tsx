import { lazy } from 'react'

/** The text editor itself is heavy: it comes when somebody edits. */
export const CodeEditor = lazy(async () => ({ default: (await import('./code/CodeEditor.tsx')).CodeEditor }))

export const FormColumn = lazy(async () => ({ default: (await import('#web/config/forms/FormColumn.tsx')).FormColumn }))
