/** One chunk of its own: the face of Chinese texts, cut by unicode-range into files that load as needed. */
import '@fontsource-variable/noto-sans-sc/wght.css'
