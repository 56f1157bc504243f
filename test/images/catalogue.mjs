/** The stand-in images: folder with the Dockerfile, Debian suite of the base, version, and variable that selects it. */
export const catalogue = {
  postgres: postgres('trixie', '17', 'ORQ_IMAGE_POSTGRES'),
  postgres13: postgres('bullseye', '13', 'ORQ_IMAGE_POSTGRES_13'),
  postgres15: postgres('bookworm', '15', 'ORQ_IMAGE_POSTGRES_15'),
  postgres17: postgres('trixie', '17', 'ORQ_IMAGE_POSTGRES_17'),
  postgres18: postgres('sid', '18', 'ORQ_IMAGE_POSTGRES_18'),
  redis: { folder: 'redis', suite: 'trixie', version: '8', variable: 'ORQ_IMAGE_REDIS' },
  adminer: { folder: 'adminer', suite: 'trixie', version: '5', variable: 'ORQ_IMAGE_ADMINER' },
  pgadmin: { folder: 'pgadmin', suite: 'trixie', version: '9', variable: 'ORQ_IMAGE_PGADMIN' },
  service: { folder: 'service', suite: 'trixie', version: '1', variable: 'ORQ_IMAGE_SERVICE' },
};

/** What is built when nothing is named. */
export const usual = ['postgres', 'redis', 'adminer', 'pgadmin', 'service'];

function postgres(suite, version, variable) {
  return { folder: 'postgres', suite, version, variable };
}
