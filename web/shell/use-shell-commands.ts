import { useTranslation } from 'react-i18next'
import type { Scope } from '#web/api/scope.ts'
import type { Command } from '#web/ui/registry.ts'
import { chooseLanguage, languages } from '#web/ui/language.ts'
import { chooseTheme, themeChoices } from '#web/ui/theme-choice.ts'
import { type PagePath, pages } from './pages.ts'
import type { OnScope } from './Shell.tsx'
import { useNamespaces } from './use-namespaces.ts'

/** What the shell itself can do; pages add their own. */
export function useShellCommands(scope: Scope, onScope: OnScope, go: (path: PagePath) => void): Command[] {
  const { t } = useTranslation()
  const { data } = useNamespaces()
  const goTo = pages.map(
    ({ name, path }): Command => ({
      id: path,
      group: t($ => $.shell.search.goTo),
      label: t($ => $.shell.page[name]),
      icon: name,
      run: () => go(path),
    }),
  )
  const namespaces = (data?.namespaces ?? []).map(
    ({ name }): Command => ({
      id: `ns:${name}`,
      group: t($ => $.shell.search.namespaces),
      label: t($ => $.shell.search.onlyNamespace, { name }),
      keywords: name,
      icon: 'layers',
      run: () => onScope({ namespaces: [name] }),
    }),
  )
  const group = t($ => $.shell.search.commands)
  const commands: Command[] = [
    ...themeChoices.map(
      (theme): Command => ({
        id: `theme:${theme}`,
        group,
        label: `${t($ => $.shell.theme.title)}: ${t($ => $.shell.theme[theme])}`,
        keywords: `theme ${theme}`,
        icon: 'sun',
        run: () => chooseTheme(theme),
      }),
    ),
    ...languages.map(
      (language): Command => ({
        id: `language:${language}`,
        group,
        label: `${t($ => $.shell.language.title)}: ${t($ => $.shell.language[language])}`,
        keywords: `language ${language}`,
        icon: 'language',
        run: () => void chooseLanguage(language),
      }),
    ),
    {
      id: 'link',
      group,
      label: t($ => $.shell.search.copyLink),
      icon: 'share',
      run: () => void navigator.clipboard.writeText(location.href),
    },
  ]
  const back: Command[] = []
  if (scope.at !== null)
    back.push({
      id: 'live',
      group,
      label: t($ => $.shell.search.backToLive),
      icon: 'clock',
      run: () => onScope({ at: null }),
    })
  if (scope.namespaces.length > 0)
    back.push({
      id: 'all',
      group,
      label: t($ => $.shell.search.allNamespaces),
      icon: 'layers',
      run: () => onScope({ namespaces: [] }),
    })
  return [...goTo, ...namespaces, ...back, ...commands]
}
