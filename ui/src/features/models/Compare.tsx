import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import type { ModelVersion } from '@/api/types';
import { useWords } from '@/i18n/useWords';
import { differenceOf, membersOf } from './comparing';

interface Props {
  versions: readonly ModelVersion[];
  /** What stands above a column; the version's own name otherwise. */
  titleOf?: (version: ModelVersion) => ReactNode;
}

/** Versions side by side; features as they differ from the first one's. */
export function Compare({ versions, titleOf }: Props) {
  const { t, format } = useWords();
  const [first] = versions;
  if (!first) return null;
  const lines: [string, (version: ModelVersion) => ReactNode][] = [
    [t('models:version.score'), (each) => `${each.metric} ${format.score(each.score)}`],
    [t('models:version.test'), (each) => format.score(each.test_score)],
    [t('models:variant.label'), (each) => t(`models:variant.${each.variant}`)],
    [t('models:version.size'), (each) => format.bytes(each.size_bytes)],
    [t('models:version.created'), (each) => format.dateTime(each.created_at)],
    [t('models:version.data'), (each) => each.dataset_id],
    [
      t('models:compare.members'),
      (each) => (
        <Box component="ul" sx={{ m: 0, pl: 2 }}>
          {membersOf(each).map(({ name, weight }) => (
            <li key={name}>
              {name} {format.percent(weight, 0)}
            </li>
          ))}
        </Box>
      ),
    ],
    [
      t('models:compare.features'),
      (each) => {
        if (each === first) return format.integer(each.features.length);
        const { added, removed } = differenceOf(first, each);
        if (added.length + removed.length === 0) return t('models:compare.same');
        return (
          <>
            {added.length > 0 && <div>+ {added.join(', ')}</div>}
            {removed.length > 0 && <div>− {removed.join(', ')}</div>}
          </>
        );
      },
    ],
  ];
  return (
    <Box sx={{ overflowX: 'auto' }} tabIndex={0} role="group" aria-label={t('models:compare.title')}>
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell />
            {versions.map((each) => (
              <TableCell key={each.model_id + each.version}>
                {titleOf?.(each) ?? t('models:version.name', { version: each.version })}
                {each.aliases.length > 0 && (
                  <Typography variant="caption" color="textSecondary" component="div">
                    {each.aliases.join(', ')}
                  </Typography>
                )}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {lines.map(([name, value]) => (
            <TableRow key={name}>
              <TableCell component="th" scope="row" sx={{ verticalAlign: 'top' }}>
                {name}
              </TableCell>
              {versions.map((each) => (
                <TableCell
                  key={each.model_id + each.version}
                  className="tabular"
                  sx={{ verticalAlign: 'top', overflowWrap: 'anywhere' }}
                >
                  {value(each)}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}
