/** How often a soak test repeats: a few times in every test run, in full under `npm run soak`. */
export const times = (few: number, full: number): number => (process.env.SOAK === 'full' ? full : few)
