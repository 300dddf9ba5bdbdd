/** `2026-11-23T08:00:00.123456Z`, as Istio's own programs write time. */
export function stamp(time: number): string {
  const whole = Math.floor(time)
  const micros = Math.floor((time - whole) * 1000)
  return `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`
}

/** `2026-11-23 08:00:00.123`, as many other programs do. */
export const plainStamp = (time: number, fraction: '.' | ',' | '' = '.'): string => {
  const [day = '', clock = ''] = new Date(time).toISOString().slice(0, -1).split('T')
  return `${day} ${fraction === '' ? clock.slice(0, 8) : clock.replace('.', fraction)}`
}
