import type { DiagnosedService, DiagnosisReport } from '../model/reports.ts';

/** The report of the older program, key for key, for scripts that read it. */
export function vnmReport(report: DiagnosisReport): object {
  const { summary, services, mode, takenAt, composeFiles } = report;
  return {
    timestamp: takenAt.slice(0, 19),
    modo: mode === 'production' ? 'produccion' : 'debug',
    docker_compose_file: (composeFiles.at(-1) ?? '').replace(/^.*\//, ''),
    servicios: Object.fromEntries(services.map((service) => [service.service, vnmService(service, report)])),
    resumen: {
      servicios_saludables: summary.healthy,
      servicios_ejecutando: summary.running,
      total_servicios: summary.total,
      entorno_operativo: summary.operational,
    },
  };
}

function vnmService(status: DiagnosedService, { findings }: DiagnosisReport): object {
  const { service, container, state, health, ports, connectivity, detail, ready } = status;
  const published = ports[0]?.split('→')[0];
  const own = findings.filter((finding) => finding.service === service);
  return {
    contenedor: container ?? null,
    estado: state === 'running' && (ready || health === 'unhealthy') ? (ready ? 'healthy' : health) : state,
    puerto: published === undefined ? null : Number(published),
    conectividad: connectivity?.ok ?? ready,
    detalles: {
      estado: detail,
      ...(connectivity === undefined ? {} : { tiempo_respuesta_ms: Math.round(connectivity.durationMs) }),
      ...(own.length === 0 ? {} : { problemas: own.map(({ id, title }) => ({ id, titulo: title })) }),
    },
  };
}
