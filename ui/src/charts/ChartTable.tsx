import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { PartialNote } from '@/components/States';
import { useWords } from '@/i18n/useWords';
import type { ChartData } from './ChartCard';

const MOST = 500;

/** What a chart draws, as a table. */
export function ChartTable({ label, data, height }: { label: string; data: ChartData; height: number }) {
  const { t, format } = useWords();
  return (
    <>
      {data.rows.length > MOST && <PartialNote reason={t('shell:table.rows', { count: MOST })} />}
      <Box sx={{ maxHeight: height, overflow: 'auto' }} tabIndex={0} role="region" aria-label={label}>
        <Table stickyHeader>
          <TableHead>
            <TableRow>
              {data.header.map((name) => (
                <TableCell key={name}>{name}</TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {data.rows.slice(0, MOST).map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name and never move
              <TableRow key={index}>
                {row.map((value, column) => (
                  <TableCell key={data.header[column]} className="tabular">
                    {typeof value === 'number' ? format.number(value, 6) : (value ?? '–')}
                  </TableCell>
                ))}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Box>
    </>
  );
}
