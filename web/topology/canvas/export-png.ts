import type { Drawing } from './drawing.ts'
import { boundsOf } from './scene.ts'

const margin = 24
/** Browsers give up on larger canvases; a very large map is drawn smaller instead. */
const longest = 8000

/** The whole map with ground, regions and marks, twice as fine as at 100 %. */
export async function toPng(drawing: Drawing): Promise<Blob> {
  const { scene } = drawing
  if (!scene) throw new Error('There is no map to export yet')
  const bounds = boundsOf(scene)
  const scale = Math.min(2, longest / (Math.max(bounds.width, bounds.height) + 2 * margin))
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil((bounds.width + 2 * margin) * scale)
  canvas.height = Math.ceil((bounds.height + 2 * margin) * scale)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('This browser gives no 2D canvas, and the picture is drawn on one')
  const view = {
    zoom: 1,
    pan: { x: margin - bounds.x, y: margin - bounds.y },
    width: canvas.width / scale,
    height: canvas.height / scale,
  }
  context.scale(scale, scale)
  drawing.paintInto(context, view, 'beneath')
  const body = drawing.cy
    .elements()
    .boundingBox({ includeLabels: false, includeOverlays: false, includeUnderlays: true })
  const image = await createImageBitmap(await drawing.cy.png({ output: 'blob-promise', full: true, scale }))
  context.drawImage(image, body.x1 + view.pan.x, body.y1 + view.pan.y, image.width / scale, image.height / scale)
  image.close()
  drawing.paintInto(context, view, 'above')
  return new Promise((resolve, reject) => {
    canvas.toBlob(blob => {
      if (blob) resolve(blob)
      else reject(new Error('The browser could not write the picture'))
    }, 'image/png')
  })
}
