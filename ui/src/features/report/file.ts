/** A report as one file that opens from disk: script and data inside, nothing is loaded, and its policy says so. */
import type { Report } from '@/api/reports';
import type { FitSpec } from '@/api/types';
import { randomName } from '@/lib/random';

/** Built beside the page from src/report-file. */
export const SCRIPT = '/assets/report-file.js';

export interface ReportFile {
  report: Report;
  spec: FitSpec | null;
  language: string;
}

/** JSON that no HTML reader takes for markup. */
export const embedded = (value: unknown): string =>
  JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** What would end a script element early is written another way; both only ever stand in texts of the script. */
export const inlined = (script: string): string =>
  script.replaceAll(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');

export async function htmlOf(
  content: ReportFile,
  script: string,
  digest: (text: string) => Promise<string>,
): Promise<string> {
  const code = inlined(script);
  const nonce = randomName();
  const policy = `default-src 'none'; script-src 'sha256-${await digest(code)}'; style-src 'nonce-${nonce}'; img-src data: blob:; base-uri 'none'; form-action 'none'`;
  const title = escaped(`${content.report.target}: ${content.report.lineage.label}`);
  return `<!doctype html>
<html lang="${escaped(content.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta property="csp-nonce" nonce="${nonce}">
<title>${title}</title>
</head>
<body>
<div id="root"></div>
<script type="application/json" id="report">${embedded(content)}</script>
<script>${code}</script>
</body>
</html>
`;
}

/** SHA-256 as a policy wants it. */
export async function sha256Base64(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...digest));
}
