/** Bad input: one sentence for whoever typed it, and exit code 2. */
export class Mistake extends Error {}
