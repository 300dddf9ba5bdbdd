/** Into the first thing of a place one can write in; where there is none, onto its first button. */
export function focusIn(place: Element | null | undefined): void {
  const control =
    place?.querySelector<HTMLElement>('input:not([readonly]), select, textarea, [role="radio"][tabindex="0"]') ??
    place?.querySelector<HTMLElement>('button')
  control?.focus()
}
