<?php
foreach (['/usr/share/adminer/adminer.php', '/usr/share/adminer/adminer/index.php'] as $file) {
    if (is_file($file)) {
        chdir(dirname($file));
        require $file;
        exit;
    }
}
http_response_code(500);
echo 'adminer is not installed';
