import { expect, test } from 'vitest';
import { embedded, htmlOf, inlined, type ReportFile } from './file';

const evil = '</script><script>alert(1)</script>\u2028';
const content = {
  report: { target: evil, lineage: { label: 'Linear_"1"' } },
  spec: null,
  language: 'en',
} as unknown as ReportFile;

test('data stay data, whatever their texts are', async () => {
  expect(JSON.parse(embedded({ evil }))).toEqual({ evil });
  expect(embedded({ evil })).not.toContain('<');
  const html = await htmlOf(content, 'const a = 1;', async () => 'HASH');
  expect(html.match(/<script/g)).toHaveLength(2);
  const body = new DOMParser().parseFromString(html, 'text/html');
  expect(JSON.parse(body.getElementById('report')?.textContent ?? '').report.target).toBe(evil);
});

test('the policy lets only this script and these styles in', async () => {
  const digested: string[] = [];
  const html = await htmlOf(content, "x('</script>')", async (text) => {
    digested.push(text);
    return 'HASH';
  });
  const policy =
    new DOMParser().parseFromString(html, 'text/html').querySelector('meta[http-equiv]')?.getAttribute('content') ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'sha256-HASH'; style-src 'nonce-");
  expect(policy).not.toContain('unsafe');
  expect(digested).toEqual([inlined("x('</script>')")]);
  expect(html).toContain(`<script>${digested[0]}</script>`);
});
