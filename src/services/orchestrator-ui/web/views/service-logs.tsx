import { useParams } from 'react-router';
import { LogView } from '../components/log-view.tsx';
import { Head } from '../components/states.tsx';

/** The log of one service, which follows. */
export default function ServiceLogs() {
  const { profile = '', service = '' } = useParams();
  const path = `/environment/${encodeURIComponent(profile)}/logs?service=${encodeURIComponent(service)}`;
  return (
    <>
      <Head title={`${service} of ${profile}`} />
      <LogView path={path} label={`Log of ${service}`} />
    </>
  );
}
