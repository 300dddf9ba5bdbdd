/** How patches are told apart (Kubernetes documentation, "API concepts", "Patch and apply"). */

export const jsonPatchType = 'application/json-patch+json'
export const mergePatchType = 'application/merge-patch+json'
export const strategicPatchType = 'application/strategic-merge-patch+json'
export const applyType = 'application/apply-patch+yaml'
