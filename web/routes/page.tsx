import { createRoute, type ResolveParams, useNavigate } from '@tanstack/react-router'
import type { ComponentType, ReactNode } from 'react'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { Later, words } from './later.tsx'
import { root } from './root.tsx'

type Words = Record<string, string | undefined>

/** What a page is given of its address, and the ways to change it and to leave. */
export interface PageProps<Params = object> {
  params: Params
  search: Words
  /** A step is what the Back button takes back. */
  onSearch: (patch: Words, isStep?: boolean) => void
  onGo: (href: string) => void
}

/** Whatever is changed, the Back button takes it back. */
export const everyStep = (): true => true

/** A page at its path, which comes after the first load. The page says which changes are steps, or `isStep` for it. */
export const page = <Path extends `/${string}`>(
  path: Path,
  Page: ComponentType<PageProps<ResolveParams<Path>>>,
  isStep: (patch: Words, isSaid: boolean) => boolean = (_, isSaid) => isSaid,
) => {
  const route = createRoute({
    getParentRoute: () => root,
    path,
    validateSearch: words,
    component: Here,
    errorComponent: ErrorScreen,
  })
  function Here(): ReactNode {
    const navigate = useNavigate()
    return (
      <Later>
        <Page
          // What the path names, which the router cannot tell while the path is any.
          params={route.useParams() as ResolveParams<Path>}
          search={route.useSearch()}
          onSearch={(patch, isSaid = false) =>
            void navigate({
              to: '.',
              search: before => ({ ...before, ...patch }),
              replace: !isStep(patch, isSaid),
            })
          }
          onGo={href => void navigate({ href })}
        />
      </Later>
    )
  }
  return route
}
