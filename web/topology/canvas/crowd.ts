/** Above this many edges a map is a crowd: only what fails or is looked at gets full colour, words and motion. */
export const crowd = 160
