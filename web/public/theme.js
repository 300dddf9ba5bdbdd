// Runs before the first paint so that a dark page never flashes white; a file because the CSP allows no inline script.
;(() => {
  const root = document.documentElement
  let choice = 'auto'
  let language = 'en'
  try {
    choice = localStorage.getItem('weft.theme') ?? 'auto'
    language = localStorage.getItem('weft.language') ?? 'en'
  } catch {
    // Storage is closed to this page: the system's own scheme is as good a guess as any.
  }
  const isDark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = isDark ? 'dark' : 'light'
  root.lang = language === 'zh-CN' ? 'zh-CN' : 'en'
})()
