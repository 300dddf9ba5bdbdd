import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import type { Language } from './format.ts'
import { recall, remember } from './remember.ts'
import { en } from './text/en.ts'
import type { enCharts } from './text/en-charts.ts'
import type { enConfig } from './text/en-config.ts'
import type { enProxies } from './text/en-proxies.ts'
import type { enMetrics } from './text/en-metrics.ts'
import type { enHealth } from './text/en-health.ts'
import type { enSidePanel } from './text/en-side-panel.ts'
import type { enServices } from './text/en-services.ts'
import type { enTraces } from './text/en-traces.ts'
import type { enSecurity } from './text/en-security.ts'
import type { enLadder } from './text/en-ladder.ts'
import type { enLogs } from './text/en-logs.ts'
import type { enOverview } from './text/en-overview.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'weft'
    resources: {
      weft: typeof en
      config: typeof enConfig
      charts: typeof enCharts
      traces: typeof enTraces
      security: typeof enSecurity
      health: typeof enHealth
      side: typeof enSidePanel
      services: typeof enServices
      proxies: typeof enProxies
      logs: typeof enLogs
      ladder: typeof enLadder
      overview: typeof enOverview
      metrics: typeof enMetrics
    }
    enableSelector: true
  }
}

export const languages = ['en', 'zh-CN'] as const
const key = 'weft.language'

/** Texts of pages that come after the first load, by the namespace they are said under: `useTranslation('config')`. */
const later = {
  config: {
    en: async () => (await import('./text/en-config.ts')).enConfig,
    'zh-CN': async () => (await import('./text/zh-CN-config.ts')).zhCNConfig,
  },
  security: {
    en: async () => (await import('./text/en-security.ts')).enSecurity,
    'zh-CN': async () => (await import('./text/zh-CN-security.ts')).zhCNSecurity,
  },
  charts: {
    en: async () => (await import('./text/en-charts.ts')).enCharts,
    'zh-CN': async () => (await import('./text/zh-CN-charts.ts')).zhCNCharts,
  },
  traces: {
    en: async () => (await import('./text/en-traces.ts')).enTraces,
    'zh-CN': async () => (await import('./text/zh-CN-traces.ts')).zhCNTraces,
  },
  metrics: {
    en: async () => (await import('./text/en-metrics.ts')).enMetrics,
    'zh-CN': async () => (await import('./text/zh-CN-metrics.ts')).zhCNMetrics,
  },
  health: {
    en: async () => (await import('./text/en-health.ts')).enHealth,
    'zh-CN': async () => (await import('./text/zh-CN-health.ts')).zhCNHealth,
  },
  side: {
    en: async () => (await import('./text/en-side-panel.ts')).enSidePanel,
    'zh-CN': async () => (await import('./text/zh-CN-side-panel.ts')).zhCNSidePanel,
  },
  services: {
    en: async () => (await import('./text/en-services.ts')).enServices,
    'zh-CN': async () => (await import('./text/zh-CN-services.ts')).zhCNServices,
  },
  overview: {
    en: async () => (await import('./text/en-overview.ts')).enOverview,
    'zh-CN': async () => (await import('./text/zh-CN-overview.ts')).zhCNOverview,
  },
  logs: {
    en: async () => (await import('./text/en-logs.ts')).enLogs,
    'zh-CN': async () => (await import('./text/zh-CN-logs.ts')).zhCNLogs,
  },
  ladder: {
    en: async () => (await import('./text/en-ladder.ts')).enLadder,
    'zh-CN': async () => (await import('./text/zh-CN-ladder.ts')).zhCNLadder,
  },
  proxies: {
    en: async () => (await import('./text/en-proxies.ts')).enProxies,
    'zh-CN': async () => (await import('./text/zh-CN-proxies.ts')).zhCNProxies,
  },
} satisfies Record<string, Record<Language, () => Promise<object>>>
type Later = keyof typeof later
const opened = new Set<Later>()

async function loadLater(name: Later, language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, name))
    i18next.addResourceBundle(language, name, await later[name][language]())
}

/** Before a page is shown whose texts come with it. */
export async function openTexts(name: Later): Promise<void> {
  opened.add(name)
  const language = languages.find(known => known === i18next.language) ?? 'en'
  await Promise.all([...new Set(['en', language] as const)].map(each => loadLater(name, each)))
}

/** Chinese texts and the Chinese face come when they are asked for. */
async function load(language: Language): Promise<void> {
  const pages = [...opened].map(name => loadLater(name, language))
  if (language !== 'en' && !i18next.hasResourceBundle(language, 'weft')) {
    const [{ zhCN }] = await Promise.all([import('./text/zh-CN.ts'), import('./chinese-face.ts')])
    i18next.addResourceBundle(language, 'weft', zhCN)
  }
  await Promise.all(pages)
}

export async function chooseLanguage(language: Language): Promise<void> {
  remember(key, language)
  await load(language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

/** Once, before the first render. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    defaultNS: 'weft',
    ns: ['weft'],
    resources: { en: { weft: en } },
    enableSelector: true,
    interpolation: { escapeValue: false },
  })
  const language = languages.find(known => known === recall(key)) ?? spokenHere(navigator.languages)
  if (language !== 'en') await chooseLanguage(language)
  // Chosen in another tab: this one follows.
  addEventListener('storage', ({ key: changed, newValue }) => {
    const chosen = languages.find(known => known === newValue)
    if (changed === key && chosen !== undefined) void chooseLanguage(chosen)
  })
}

export const useLanguage = (): Language => (useTranslation().i18n.language === 'zh-CN' ? 'zh-CN' : 'en')

/** The first of a person's languages that the page speaks; every Chinese is served the one there is. */
export function spokenHere(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0]
    const known = languages.find(language => language.split('-')[0] === primary)
    if (known !== undefined) return known
  }
  return 'en'
}
