/**
 * Names this console writes under. Annotations of objects that are not its own (a Deployment, a Service) have a manager
 * of their own: server-side apply takes away what a manager does not say again, and would otherwise undo what was once
 * edited here as a whole.
 */
export const weft = 'weft'
export const annotator = 'weft-annotations'

export const isOurs = (manager: string | null): boolean => manager === weft || manager === annotator
