// The report as one HTML page that needs nothing else: style, script and data are inside of it, and its content policy
// lets it load nothing.
import type { Profile } from '../../trace/profile.js';
import { compareSites, rankedSites, totals } from './figures.js';

/** What the page is made of besides the data. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** What the page's script is given. */
export interface PageData {
  readonly runs: readonly RunData[];
  readonly comparison: ReturnType<typeof compareSites>;
}

export interface RunData {
  readonly label: string;
  readonly profile: Profile;
  readonly totals: ReturnType<typeof totals>;
  readonly ranked: ReturnType<typeof rankedSites>;
}

/** Makes the page for one profile, or for two: before and after. */
export function reportPage(profiles: readonly Profile[], { script, style }: PageAssets): string {
  const [before, after] = profiles;
  const labels = after === undefined ? ['run'] : ['before', 'after'];
  const data: PageData = {
    runs: profiles.map((profile, index) => ({
      label: labels[index]!,
      profile,
      totals: totals(profile),
      ranked: rankedSites(profile),
    })),
    comparison: before !== undefined && after !== undefined ? compareSites(before, after) : [],
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>Lock contention: ${escaped(profiles.at(-1)!.command.join(' '))}</title>
<style>${style}</style>
</head>
<body>
<main id="report"><noscript>This report draws its charts with the script inside of this file; please allow it to run.</noscript></main>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script>${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
