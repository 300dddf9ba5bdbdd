/** What of the side panel others say too; the rest comes with it: `en-side-panel.ts`. */
export const side = {
  lastWindow: 'last {{window}}',
  reason: {
    serverErrors: 'errors {{value}}',
    serverErrorsOver: 'errors ≥ {{threshold}}',
    clientErrors: 'client errors {{value}}, ≥ {{threshold}}',
    refused: '{{value}} refused by policy',
    connectionErrors: 'failed connections {{value}}',
    connectionErrorsOver: 'failed connections ≥ {{threshold}}',
    tolerated: '{{what}} {{value}}, tolerated',
    tolerance: '{{what}} {{value}}, ≥ {{threshold}}',
    podsNotReady: '{{ready}} of {{wanted}} pods ready',
    noPods: 'called, but no pods are left to answer',
    noTraffic: 'no traffic in the window',
    notObserved: 'nobody reports it',
  },
}
