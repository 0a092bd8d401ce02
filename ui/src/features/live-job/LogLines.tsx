import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useLayoutEffect, useRef } from 'react';
import type { LogLine } from '@/api/types';
import { useWords } from '@/i18n/useWords';
import { MONO } from '@/theme/tokens';

const HEIGHT_PX = 320;
const LINE_PX = 22;
// So near to the end is there: browsers round.
const NEAR_PX = 2;
const COLOR = { debug: 'default', info: 'default', warning: 'warning', error: 'error' } as const;

interface Props {
  lines: readonly LogLine[];
  label: string;
  /** Whether the last line stays in sight as more come. */
  follows: boolean;
  onFollow: (follows: boolean) => void;
}

/** Lines in a frame that scrolls; only those in sight are in the page. A reader who scrolls up is left there. */
export function LogLines({ lines, label, follows, onFollow }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  // Whether a person has begun to move it up: it also moves by itself, as lines come and are measured.
  const leaves = useRef(false);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => LINE_PX,
    overscan: 8,
    getItemKey: (index) => lines[index]?.seq ?? index,
    initialRect: { width: 800, height: HEIGHT_PX },
  });
  const height = virtual.getTotalSize();
  const toEnd = () => {
    if (frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height is the reason
  useLayoutEffect(() => {
    if (follows) toEnd();
  }, [follows, height]);
  const onScroll = () => {
    const { current } = frame;
    if (!current) return;
    if (current.scrollHeight - current.scrollTop - current.clientHeight <= NEAR_PX) {
      leaves.current = false;
      if (!follows) onFollow(true);
    } else if (follows && leaves.current) {
      onFollow(false);
    } else if (follows) {
      toEnd();
    }
  };
  const onLeave = () => {
    leaves.current = true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    if (key === 'ArrowUp' || key === 'PageUp') onLeave();
    // The browser goes to an end as it is known now; lines on the way to it are measured only when they are met.
    if (key !== 'End' && key !== 'Home') return;
    event.preventDefault();
    onFollow(key === 'End');
    if (key === 'Home') virtual.scrollToOffset(0);
  };
  return (
    <Box
      ref={frame}
      role="log"
      // Said aloud, hundreds of lines a minute would drown all else; who wants them goes through them.
      aria-live="off"
      aria-label={label}
      tabIndex={0}
      onScroll={onScroll}
      onWheel={({ deltaY }) => deltaY < 0 && onLeave()}
      onTouchMove={onLeave}
      onPointerDown={onLeave}
      onKeyDown={onKeyDown}
      sx={{
        height: Math.min(HEIGHT_PX, Math.max(height, LINE_PX)),
        overflow: 'auto',
        overscrollBehavior: 'contain',
        overflowAnchor: 'none',
        fontSize: '0.8rem',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
      }}
    >
      <Box style={{ height }} sx={{ position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index];
          return line ? (
            <Box
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              sx={{ position: 'absolute', insetInline: 0, px: 1, py: 0.25 }}
              style={{ top: start }}
            >
              <Line line={line} />
            </Box>
          ) : null;
        })}
      </Box>
    </Box>
  );
}

function Line({ line }: { line: LogLine }) {
  const { t, format } = useWords();
  return (
    <Box sx={{ display: 'flex', columnGap: 1, alignItems: 'baseline', flexWrap: { xs: 'wrap', sm: 'nowrap' } }}>
      <Box
        component="time"
        dateTime={line.at}
        title={format.dateTime(line.at)}
        sx={{ fontFamily: MONO, color: 'text.secondary', flexShrink: 0 }}
      >
        {format.time(line.at)}
      </Box>
      <Box component="span" sx={{ color: 'text.secondary', flexShrink: 0, minWidth: { sm: '5rem' } }}>
        {line.source}
      </Box>
      {line.level !== 'info' && (
        <Chip
          size="small"
          color={COLOR[line.level]}
          variant="outlined"
          label={t(`job:lineLevel.${line.level}`)}
          sx={{ height: 18 }}
        />
      )}
      <Box component="span" lang="en" sx={{ overflowWrap: 'anywhere', minWidth: 0 }}>
        {line.message}
      </Box>
    </Box>
  );
}
