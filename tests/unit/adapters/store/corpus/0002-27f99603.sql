BEGIN TRANSACTION;
CREATE TABLE addresses (
	ip TEXT NOT NULL, 
	network TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT NOT NULL, 
	PRIMARY KEY (ip)
);
INSERT INTO "addresses" VALUES('10.9.0.16','network-15','deployment-4','instance_id-2');
INSERT INTO "addresses" VALUES('10.9.0.143','network-142','deployment-131','instance_id-129');
INSERT INTO "addresses" VALUES('10.9.1.20','network-269','deployment-258','instance_id-256');
INSERT INTO "addresses" VALUES('10.0.0.2','default','shop','cd613e30-d8f1-4adf-91b7-584a2265b1f5');
INSERT INTO "addresses" VALUES('10.0.0.3','default','shop','1e2feb89-414c-443c-9027-c4d1c386bbc4');
INSERT INTO "addresses" VALUES('10.0.0.4','default','shop','78e51061-7311-48a3-82ce-6f447ed4d57b');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE compiled_packages (
	stemcell_os TEXT NOT NULL, 
	stemcell_version TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	dependency_key TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (stemcell_os, stemcell_version, fingerprint, dependency_key)
);
INSERT INTO "compiled_packages" VALUES('stemcell_os-945','stemcell_version-947','fingerprint-943','dependency_key-944',50,'{"package":"package-942","fingerprint":"fingerprint-943","dependency_key":"dependency_key-944","stemcell_os":"stemcell_os-945","stemcell_version":"stemcell_version-947","blob":{"blob_id":"blob_id-950","digest":"digest-951","size":952}}');
INSERT INTO "compiled_packages" VALUES('stemcell_os-957','stemcell_version-959','fingerprint-955','dependency_key-956',52,'{"package":"package-954","fingerprint":"fingerprint-955","dependency_key":"dependency_key-956","stemcell_os":"stemcell_os-957","stemcell_version":"stemcell_version-959","blob":{"blob_id":"blob_id-962","digest":"digest-963","size":964}}');
CREATE TABLE configs (
	config_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	deleted BOOLEAN NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (config_id)
);
INSERT INTO "configs" VALUES(1,'cloud','default',0,94,'{"config_id":1,"kind":"cloud","name":"default","content":"azs: [{name: z1}, {name: z2}]\nvm_types: [{name: small, cloud_properties: {ram: 1}}, {name: large}]\ndisk_types: [{name: data, disk_size: 64}, {name: more, disk_size: 128}]\nnetworks:\n- name: default\n  type: manual\n  subnets:\n  - range: 10.0.0.0/24\n    gateway: 10.0.0.1\n    dns: [10.0.0.2]\n    azs: [z1, z2]\n    static: [10.0.0.100-10.0.0.110]\ncompilation: {workers: 2, network: default, az: z1, vm_type: small}\n","created_at":"2026-01-01T00:00:00+00:00","deleted":false}');
INSERT INTO "configs" VALUES(770,'kind-771','name-772',0,38,'{"config_id":770,"kind":"kind-771","name":"name-772","content":"content-773","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":false}');
INSERT INTO "configs" VALUES(776,'kind-777','name-778',1,40,'{"config_id":776,"kind":"kind-777","name":"name-778","content":"content-779","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":true}');
CREATE TABLE counters (
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('config',776);
INSERT INTO "counters" VALUES('task',1020);
CREATE TABLE deployments (
	name TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "deployments" VALUES('name-743',34,'{"name":"name-743","manifest":null,"cloud_config_ids":[],"runtime_config_ids":[],"releases":[],"stemcells":[],"variable_set":""}');
INSERT INTO "deployments" VALUES('name-745',36,'{"name":"name-745","manifest":"manifest-747","cloud_config_ids":[750],"runtime_config_ids":[753],"releases":[["releases-757","releases-759"]],"stemcells":[{"name":"name-763","version":"version-765","os":"os-766"}],"variable_set":"variable_set-768"}');
INSERT INTO "deployments" VALUES('shop',92,'{"name":"shop","manifest":null,"cloud_config_ids":[],"runtime_config_ids":[],"releases":[],"stemcells":[],"variable_set":""}');
CREATE TABLE disks (
	disk_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT, 
	state TEXT NOT NULL, 
	orphaned BOOLEAN NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (disk_id), 
	CONSTRAINT disks_state CHECK (state IN ('creating', 'detached', 'attaching', 'attached', 'detaching', 'orphaned', 'deleting'))
);
INSERT INTO "disks" VALUES('disk_id-543','deployment-545','instance_id-548','creating',0,18,'{"disk_id":"disk_id-543","deployment":"deployment-545","instance_id":"instance_id-548","state":"creating","size_mib":550,"cloud_properties":{"cloud_properties-551":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-555","cpi":"cpi-557","vm_cid":"vm_cid-560","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-563","az":"az-566","hint":{"hint-568":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-570','deployment-572','instance_id-575','detached',0,20,'{"disk_id":"disk_id-570","deployment":"deployment-572","instance_id":"instance_id-575","state":"detached","size_mib":577,"cloud_properties":{"cloud_properties-578":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-582","cpi":"cpi-584","vm_cid":"vm_cid-587","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-590","az":"az-593","hint":{"hint-595":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-597','deployment-599','instance_id-602','attaching',0,22,'{"disk_id":"disk_id-597","deployment":"deployment-599","instance_id":"instance_id-602","state":"attaching","size_mib":604,"cloud_properties":{"cloud_properties-605":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-609","cpi":"cpi-611","vm_cid":"vm_cid-614","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-617","az":"az-620","hint":{"hint-622":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-624','deployment-626','instance_id-629','attached',0,24,'{"disk_id":"disk_id-624","deployment":"deployment-626","instance_id":"instance_id-629","state":"attached","size_mib":631,"cloud_properties":{"cloud_properties-632":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-636","cpi":"cpi-638","vm_cid":"vm_cid-641","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-644","az":"az-647","hint":{"hint-649":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-651','deployment-653','instance_id-656','detaching',0,26,'{"disk_id":"disk_id-651","deployment":"deployment-653","instance_id":"instance_id-656","state":"detaching","size_mib":658,"cloud_properties":{"cloud_properties-659":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-663","cpi":"cpi-665","vm_cid":"vm_cid-668","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-671","az":"az-674","hint":{"hint-676":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-678','deployment-680','instance_id-683','orphaned',1,28,'{"disk_id":"disk_id-678","deployment":"deployment-680","instance_id":"instance_id-683","state":"orphaned","size_mib":685,"cloud_properties":{"cloud_properties-686":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-690","cpi":"cpi-692","vm_cid":"vm_cid-695","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-698","az":"az-701","hint":{"hint-703":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-705','deployment-707','instance_id-710','deleting',0,30,'{"disk_id":"disk_id-705","deployment":"deployment-707","instance_id":"instance_id-710","state":"deleting","size_mib":712,"cloud_properties":{"cloud_properties-713":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-717","cpi":"cpi-719","vm_cid":"vm_cid-722","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-725","az":"az-728","hint":{"hint-730":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-732','deployment-734','instance_id-737','deleting',0,32,'{"disk_id":"disk_id-732","deployment":"deployment-734","instance_id":"instance_id-737","state":"deleting","size_mib":739,"cloud_properties":{"cloud_properties-740":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","vm_cid":null,"orphaned_at":null,"former_instance":"","az":null,"hint":null}');
CREATE TABLE instances (
	instance_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_group TEXT NOT NULL, 
	instance_index BIGINT NOT NULL, 
	run_state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (instance_id), 
	CONSTRAINT instances_run_state CHECK (run_state IN ('started', 'stopped', 'detached'))
);
INSERT INTO "instances" VALUES('instance_id-2','deployment-4','group-6',7,'started',2,'{"instance_id":"instance_id-2","deployment":"deployment-4","group":"group-6","index":7,"az":"az-10","bootstrap":true,"addresses":[{"network":"network-15","ip":"10.9.0.16","static":true}],"run_state":"started","spec":{"deployment":"deployment-22","group":"group-24","index":25,"instance_id":"instance_id-27","az":"az-30","bootstrap":true,"vm":{"stemcell":{"name":"name-35","version":"version-37","os":"os-38"},"cloud_properties":{"cloud_properties-39":[1,null]},"env":{"env-40":[1,null]},"networks":[{"name":"name-44","kind":"kind-45","ip":"10.9.0.46","netmask":"netmask-48","gateway":"10.9.0.49","dns":["dns-51"],"default":["default-53"],"cloud_properties":{"cloud_properties-54":[1,null]},"prefix":56,"nic_group":"nic_group-57"}],"cpi":"cpi-59","env_variables":{"env_variables-60":"env_variables-62"}},"disk":{"size_mib":65,"cloud_properties":{"cloud_properties-66":[1,null]},"disk_type":"disk_type-67"},"jobs":[{"name":"name-71","release":"release-73","release_version":"release_version-75","fingerprint":"fingerprint-76","has_post_deploy":true}],"packages":[{"name":"name-81","version":"version-82","fingerprint":"fingerprint-83","blob":{"blob_id":"blob_id-87","digest":"digest-88","size":89},"dependency_key":"dependency_key-90"}],"templates":{"configuration_hash":"configuration_hash-92","template_hashes":{"template_hashes-93":"template_hashes-94"},"context_digest":"context_digest-95","blob":{"blob_id":"blob_id-99","digest":"digest-100","size":101}},"canary_watch_time":{"min_ms":103,"max_ms":104},"update_watch_time":{"min_ms":106,"max_ms":107},"properties":{"properties-108":[1,null]},"tags":{"tags-109":"tags-110"},"lifecycle":"lifecycle-111","update_strategy":"update_strategy-112","variable_set":"variable_set-114","link_groups":["link_groups-116"],"dns_aliases":[{"dns_aliases-118":[1,null]}]},"converged":true,"converged_by":122,"ignored":true,"resurrection_paused":true,"post_deployed_by":127}');
INSERT INTO "instances" VALUES('instance_id-129','deployment-131','group-133',134,'stopped',4,'{"instance_id":"instance_id-129","deployment":"deployment-131","group":"group-133","index":134,"az":"az-137","bootstrap":true,"addresses":[{"network":"network-142","ip":"10.9.0.143","static":true}],"run_state":"stopped","spec":{"deployment":"deployment-149","group":"group-151","index":152,"instance_id":"instance_id-154","az":"az-157","bootstrap":true,"vm":{"stemcell":{"name":"name-162","version":"version-164","os":"os-165"},"cloud_properties":{"cloud_properties-166":[1,null]},"env":{"env-167":[1,null]},"networks":[{"name":"name-171","kind":"kind-172","ip":"10.9.0.173","netmask":"netmask-175","gateway":"10.9.0.176","dns":["dns-178"],"default":["default-180"],"cloud_properties":{"cloud_properties-181":[1,null]},"prefix":183,"nic_group":"nic_group-184"}],"cpi":"cpi-186","env_variables":{"env_variables-187":"env_variables-189"}},"disk":{"size_mib":192,"cloud_properties":{"cloud_properties-193":[1,null]},"disk_type":"disk_type-194"},"jobs":[{"name":"name-198","release":"release-200","release_version":"release_version-202","fingerprint":"fingerprint-203","has_post_deploy":true}],"packages":[{"name":"name-208","version":"version-209","fingerprint":"fingerprint-210","blob":{"blob_id":"blob_id-214","digest":"digest-215","size":216},"dependency_key":"dependency_key-217"}],"templates":{"configuration_hash":"configuration_hash-219","template_hashes":{"template_hashes-220":"template_hashes-221"},"context_digest":"context_digest-222","blob":{"blob_id":"blob_id-226","digest":"digest-227","size":228}},"canary_watch_time":{"min_ms":230,"max_ms":231},"update_watch_time":{"min_ms":233,"max_ms":234},"properties":{"properties-235":[1,null]},"tags":{"tags-236":"tags-237"},"lifecycle":"lifecycle-238","update_strategy":"update_strategy-239","variable_set":"variable_set-241","link_groups":["link_groups-243"],"dns_aliases":[{"dns_aliases-245":[1,null]}]},"converged":true,"converged_by":249,"ignored":true,"resurrection_paused":true,"post_deployed_by":254}');
INSERT INTO "instances" VALUES('instance_id-256','deployment-258','group-260',261,'detached',6,'{"instance_id":"instance_id-256","deployment":"deployment-258","group":"group-260","index":261,"az":"az-264","bootstrap":true,"addresses":[{"network":"network-269","ip":"10.9.1.20","static":true}],"run_state":"detached","spec":{"deployment":"deployment-276","group":"group-278","index":279,"instance_id":"instance_id-281","az":"az-284","bootstrap":true,"vm":{"stemcell":{"name":"name-289","version":"version-291","os":"os-292"},"cloud_properties":{"cloud_properties-293":[1,null]},"env":{"env-294":[1,null]},"networks":[{"name":"name-298","kind":"kind-299","ip":"10.9.1.50","netmask":"netmask-302","gateway":"10.9.1.53","dns":["dns-305"],"default":["default-307"],"cloud_properties":{"cloud_properties-308":[1,null]},"prefix":310,"nic_group":"nic_group-311"}],"cpi":"cpi-313","env_variables":{"env_variables-314":"env_variables-316"}},"disk":{"size_mib":319,"cloud_properties":{"cloud_properties-320":[1,null]},"disk_type":"disk_type-321"},"jobs":[{"name":"name-325","release":"release-327","release_version":"release_version-329","fingerprint":"fingerprint-330","has_post_deploy":true}],"packages":[{"name":"name-335","version":"version-336","fingerprint":"fingerprint-337","blob":{"blob_id":"blob_id-341","digest":"digest-342","size":343},"dependency_key":"dependency_key-344"}],"templates":{"configuration_hash":"configuration_hash-346","template_hashes":{"template_hashes-347":"template_hashes-348"},"context_digest":"context_digest-349","blob":{"blob_id":"blob_id-353","digest":"digest-354","size":355}},"canary_watch_time":{"min_ms":357,"max_ms":358},"update_watch_time":{"min_ms":360,"max_ms":361},"properties":{"properties-362":[1,null]},"tags":{"tags-363":"tags-364"},"lifecycle":"lifecycle-365","update_strategy":"update_strategy-366","variable_set":"variable_set-368","link_groups":["link_groups-370"],"dns_aliases":[{"dns_aliases-372":[1,null]}]},"converged":true,"converged_by":376,"ignored":true,"resurrection_paused":true,"post_deployed_by":381}');
INSERT INTO "instances" VALUES('instance_id-383','deployment-385','group-387',388,'started',8,'{"instance_id":"instance_id-383","deployment":"deployment-385","group":"group-387","index":388,"az":"az-391","bootstrap":true,"addresses":[],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('cd613e30-d8f1-4adf-91b7-584a2265b1f5','shop','idle',0,'started',80,'{"instance_id":"cd613e30-d8f1-4adf-91b7-584a2265b1f5","deployment":"shop","group":"idle","index":0,"az":"z1","bootstrap":true,"addresses":[{"network":"default","ip":"10.0.0.2","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('1e2feb89-414c-443c-9027-c4d1c386bbc4','shop','idle',1,'started',82,'{"instance_id":"1e2feb89-414c-443c-9027-c4d1c386bbc4","deployment":"shop","group":"idle","index":1,"az":"z2","bootstrap":false,"addresses":[{"network":"default","ip":"10.0.0.3","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
INSERT INTO "instances" VALUES('78e51061-7311-48a3-82ce-6f447ed4d57b','shop','idle',2,'started',84,'{"instance_id":"78e51061-7311-48a3-82ce-6f447ed4d57b","deployment":"shop","group":"idle","index":2,"az":"z1","bootstrap":false,"addresses":[{"network":"default","ip":"10.0.0.4","static":false}],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
CREATE TABLE journal (
	sequence INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	task_id BIGINT, 
	phase TEXT NOT NULL, 
	step TEXT NOT NULL, 
	data TEXT NOT NULL, 
	PRIMARY KEY (sequence), 
	CONSTRAINT journal_phase CHECK (phase IN ('intent', 'result', 'failure', 'note'))
);
INSERT INTO "journal" VALUES(1,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(2,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(3,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(4,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(5,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(6,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(7,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(8,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(9,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(10,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(11,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(12,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(13,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(14,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(15,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(16,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(17,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(18,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(19,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(20,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(21,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(22,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(23,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(24,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(25,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(26,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(27,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(28,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(29,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(30,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(31,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(32,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(33,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(34,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(35,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(36,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(37,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(38,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(39,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(40,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(41,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(42,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(43,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(44,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(45,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(46,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(47,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(48,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(49,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(50,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(51,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(52,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(53,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(54,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(55,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(56,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(57,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(58,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(59,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(60,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(61,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(62,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(63,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(64,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(65,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(66,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(67,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(68,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(69,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(70,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(71,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(72,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(73,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(74,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(75,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(76,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(77,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(78,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(79,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(80,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(81,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(82,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(83,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(84,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(85,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(86,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(87,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(88,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(89,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(90,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(91,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(92,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(93,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(94,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(95,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(96,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(97,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(98,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
CREATE TABLE releases (
	name TEXT NOT NULL, 
	release_version TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name, release_version)
);
INSERT INTO "releases" VALUES('name-783','version-785',42,'{"name":"name-783","version":"version-785","manifest":{"name":"name-788","version":"version-790","commit_hash":"commit_hash-791","uncommitted_changes":true,"jobs":[{"name":"name-796","version":"version-797","fingerprint":"fingerprint-798","digest":"digest-799","spec":{"templates":[{"source":"source-803","destination":"destination-804"}],"packages":["packages-807"],"properties":[{"name":"name-810","description":"description-811","default":"default-813"}],"consumes":[{"name":"name-816","type":"type-817","optional":true}],"provides":[{"name":"name-821","type":"type-822","properties":["properties-824"]}],"description":"description-825","properties_schema":"properties_schema-827"}}],"packages":[{"name":"name-831","version":"version-832","fingerprint":"fingerprint-833","digest":"digest-834","dependencies":["dependencies-837"]}],"compiled_packages":[{"name":"name-841","version":"version-842","fingerprint":"fingerprint-843","digest":"digest-844","stemcell_os":"stemcell_os-845","stemcell_version":"stemcell_version-846","dependencies":["dependencies-849"]}]},"blobs":{}}');
INSERT INTO "releases" VALUES('name-851','version-853',44,'{"name":"name-851","version":"version-853","manifest":{"name":"name-856","version":"version-858","commit_hash":"commit_hash-859","uncommitted_changes":true,"jobs":[{"name":"name-864","version":"version-865","fingerprint":"fingerprint-866","digest":"digest-867","spec":{"templates":[{"source":"source-871","destination":"destination-872"}],"packages":["packages-875"],"properties":[{"name":"name-878","description":"description-879","default":"default-881"}],"consumes":[{"name":"name-884","type":"type-885","optional":true}],"provides":[{"name":"name-889","type":"type-890","properties":["properties-892"]}],"description":"description-893","properties_schema":"properties_schema-895"}}],"packages":[{"name":"name-899","version":"version-900","fingerprint":"fingerprint-901","digest":"digest-902","dependencies":["dependencies-905"]}],"compiled_packages":[{"name":"name-909","version":"version-910","fingerprint":"fingerprint-911","digest":"digest-912","stemcell_os":"stemcell_os-913","stemcell_version":"stemcell_version-914","dependencies":["dependencies-917"]}]},"blobs":{"blobs-918":{"blob_id":"blob_id-921","digest":"digest-922","size":923}}}');
CREATE TABLE rotations (
	name TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	phase TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name), 
	CONSTRAINT rotations_phase CHECK (phase IN ('replacing', 'trusting', 'signing', 'dropping'))
);
INSERT INTO "rotations" VALUES('name-1080','deployment-1082','replacing',70,'{"name":"name-1080","deployment":"deployment-1082","phase":"replacing","successors":{"successors-1084":"successors-1086"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1090}');
INSERT INTO "rotations" VALUES('name-1091','deployment-1093','trusting',72,'{"name":"name-1091","deployment":"deployment-1093","phase":"trusting","successors":{"successors-1095":"successors-1097"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1101}');
INSERT INTO "rotations" VALUES('name-1102','deployment-1104','signing',74,'{"name":"name-1102","deployment":"deployment-1104","phase":"signing","successors":{"successors-1106":"successors-1108"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1112}');
INSERT INTO "rotations" VALUES('name-1113','deployment-1115','dropping',76,'{"name":"name-1113","deployment":"deployment-1115","phase":"dropping","successors":{"successors-1117":"successors-1119"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1123}');
INSERT INTO "rotations" VALUES('name-1124','deployment-1126','dropping',78,'{"name":"name-1124","deployment":"deployment-1126","phase":"dropping","successors":{"successors-1128":"successors-1130"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":null}');
CREATE TABLE settings (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "settings" VALUES('director_uuid','5a1c7e1d-0000-4000-8000-000000000001');
CREATE TABLE stemcells (
	name TEXT NOT NULL, 
	stemcell_version TEXT NOT NULL, 
	cpi TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name, stemcell_version, cpi)
);
INSERT INTO "stemcells" VALUES('name-925','version-927','',46,'{"name":"name-925","version":"version-927","os":"os-928","cid":"cid-930","cpi":"","api_version":2}');
INSERT INTO "stemcells" VALUES('name-932','version-934','cpi-939',48,'{"name":"name-932","version":"version-934","os":"os-935","cid":"cid-937","cpi":"cpi-939","api_version":940}');
INSERT INTO "stemcells" VALUES('made-up','1.1','',96,'{"name":"made-up","version":"1.1","os":"made-up","cid":"stemcell-e99630f73a52bc23","cpi":"","api_version":2}');
CREATE TABLE tasks (
	task_id INTEGER NOT NULL, 
	deployment TEXT, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (task_id), 
	CONSTRAINT tasks_state CHECK (state IN ('queued', 'processing', 'cancelling', 'cancelled', 'done', 'error', 'timeout'))
);
INSERT INTO "tasks" VALUES(1,'shop','processing',98,'{"task_id":1,"state":"processing","description":"a test","kind":"update_deployment","request":{"manifest":"name: shop\nreleases: []\nstemcells: [{alias: default, os: made-up, version: latest}]\nupdate: {canaries: 1, max_in_flight: 2, canary_watch_time: 1000-9000, update_watch_time: 1000-9000}\ninstance_groups:\n- name: idle\n  instances: 3\n  azs: [z1, z2]\n  vm_type: small\n  stemcell: default\n  networks: [{name: default}]\n  jobs: []\n","manifest_name":"manifest.yml","cloud_config_ids":[],"runtime_config_ids":null,"recreate":false,"fix":false,"dry_run":false,"skip_drain":[],"canaries":null,"max_in_flight":null,"plan_basis":{},"force_latest_variables":false,"rotated":[]},"deployment":"shop","user":"me","created_at":"2026-01-01T00:00:00+00:00","started_at":"2026-01-01T00:00:00+00:00","finished_at":null,"result":null,"context_id":""}');
INSERT INTO "tasks" VALUES(966,'deployment-973','cancelled',54,'{"task_id":966,"state":"cancelled","description":"description-968","kind":"kind-969","request":{"request-970":[1,null]},"deployment":"deployment-973","user":"user-974","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-981","context_id":"context_id-982"}');
INSERT INTO "tasks" VALUES(984,'deployment-991','done',56,'{"task_id":984,"state":"done","description":"description-986","kind":"kind-987","request":{"request-988":[1,null]},"deployment":"deployment-991","user":"user-992","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-999","context_id":"context_id-1000"}');
INSERT INTO "tasks" VALUES(1002,'deployment-1009','error',58,'{"task_id":1002,"state":"error","description":"description-1004","kind":"kind-1005","request":{"request-1006":[1,null]},"deployment":"deployment-1009","user":"user-1010","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-1017","context_id":"context_id-1018"}');
INSERT INTO "tasks" VALUES(1020,'deployment-1027','done',60,'{"task_id":1020,"state":"done","description":"description-1022","kind":"kind-1023","request":{"request-1024":[1,null]},"deployment":"deployment-1027","user":"user-1028","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":null,"finished_at":null,"result":null,"context_id":""}');
CREATE TABLE variable_sets (
	deployment TEXT NOT NULL, 
	set_id TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (deployment, set_id)
);
INSERT INTO "variable_sets" VALUES('deployment-1065','set_id-1067',66,'{"deployment":"deployment-1065","set_id":"set_id-1067","versions":{"versions-1068":"versions-1070"},"created_at":"2026-01-02T03:04:05.000678+00:00"}');
INSERT INTO "variable_sets" VALUES('deployment-1073','set_id-1075',68,'{"deployment":"deployment-1073","set_id":"set_id-1075","versions":{"versions-1076":"versions-1078"},"created_at":"2026-01-02T03:04:05.000678+00:00"}');
CREATE TABLE variables (
	variable_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	deployment TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (variable_id)
);
INSERT INTO "variables" VALUES('variable_id-1031','name-1032',1033,'deployment-1035',62,'{"variable_id":"variable_id-1031","name":"name-1032","number":1033,"deployment":"deployment-1035","variable_type":"variable_type-1036","sealed":"sealed-1037","created_at":"2026-01-02T03:04:05.000678+00:00","created_by":null,"options":{},"alternative_names":[],"certificate":null,"signed_by":null,"waiting":false}');
INSERT INTO "variables" VALUES('variable_id-1040','name-1041',1042,'deployment-1044',64,'{"variable_id":"variable_id-1040","name":"name-1041","number":1042,"deployment":"deployment-1044","variable_type":"variable_type-1045","sealed":"sealed-1046","created_at":"2026-01-02T03:04:05.000678+00:00","created_by":1050,"options":{"options-1051":[1,null]},"alternative_names":["alternative_names-1053"],"certificate":{"subject":"subject-1056","not_before":"2026-01-02T03:04:05.000678+00:00","not_after":"2026-01-02T03:04:05.000678+00:00","is_authority":true},"signed_by":"signed_by-1062","waiting":true}');
CREATE TABLE vms (
	agent_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (agent_id), 
	CONSTRAINT vms_state CHECK (state IN ('creating', 'running', 'deleting'))
);
INSERT INTO "vms" VALUES('agent_id-394','deployment-396','instance_id-399','creating',10,'{"agent_id":"agent_id-394","deployment":"deployment-396","instance_id":"instance_id-399","state":"creating","stemcell":{"name":"name-403","version":"version-405","os":"os-406"},"cloud_properties":{"cloud_properties-407":[1,null]},"env_digest":"env_digest-408","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-412","cpi":"cpi-414","active":true,"purpose":"purpose-416","created_by":419,"networks":[{"name":"name-423","kind":"kind-424","ip":"10.9.1.175","netmask":"netmask-427","gateway":"10.9.1.178","dns":["dns-430"],"default":["default-432"],"cloud_properties":{"cloud_properties-433":[1,null]},"prefix":435,"nic_group":"nic_group-436"}]}');
INSERT INTO "vms" VALUES('agent_id-438','deployment-440','instance_id-443','running',12,'{"agent_id":"agent_id-438","deployment":"deployment-440","instance_id":"instance_id-443","state":"running","stemcell":{"name":"name-447","version":"version-449","os":"os-450"},"cloud_properties":{"cloud_properties-451":[1,null]},"env_digest":"env_digest-452","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-456","cpi":"cpi-458","active":true,"purpose":"purpose-460","created_by":463,"networks":[{"name":"name-467","kind":"kind-468","ip":"10.9.1.219","netmask":"netmask-471","gateway":"10.9.1.222","dns":["dns-474"],"default":["default-476"],"cloud_properties":{"cloud_properties-477":[1,null]},"prefix":479,"nic_group":"nic_group-480"}]}');
INSERT INTO "vms" VALUES('agent_id-482','deployment-484','instance_id-487','deleting',14,'{"agent_id":"agent_id-482","deployment":"deployment-484","instance_id":"instance_id-487","state":"deleting","stemcell":{"name":"name-491","version":"version-493","os":"os-494"},"cloud_properties":{"cloud_properties-495":[1,null]},"env_digest":"env_digest-496","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-500","cpi":"cpi-502","active":true,"purpose":"purpose-504","created_by":507,"networks":[{"name":"name-511","kind":"kind-512","ip":"10.9.2.13","netmask":"netmask-515","gateway":"10.9.2.16","dns":["dns-518"],"default":["default-520"],"cloud_properties":{"cloud_properties-521":[1,null]},"prefix":523,"nic_group":"nic_group-524"}]}');
INSERT INTO "vms" VALUES('agent_id-526','deployment-528','instance_id-531','deleting',16,'{"agent_id":"agent_id-526","deployment":"deployment-528","instance_id":"instance_id-531","state":"deleting","stemcell":{"name":"name-535","version":"version-537","os":"os-538"},"cloud_properties":{"cloud_properties-539":[1,null]},"env_digest":"env_digest-540","created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","active":true,"purpose":"instance","created_by":null,"networks":[]}');
INSERT INTO "vms" VALUES('35bf992d-c9e9-4616-a12e-7696a6cecc1b','shop','cd613e30-d8f1-4adf-91b7-584a2265b1f5','creating',86,'{"agent_id":"35bf992d-c9e9-4616-a12e-7696a6cecc1b","deployment":"shop","instance_id":"cd613e30-d8f1-4adf-91b7-584a2265b1f5","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-cff975546dbd2756","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.2","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}]}');
INSERT INTO "vms" VALUES('e4b06ce6-0741-47a8-bce4-2c8218072e8c','shop','1e2feb89-414c-443c-9027-c4d1c386bbc4','creating',88,'{"agent_id":"e4b06ce6-0741-47a8-bce4-2c8218072e8c","deployment":"shop","instance_id":"1e2feb89-414c-443c-9027-c4d1c386bbc4","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-f24aa8d1e03f773d","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.3","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}]}');
INSERT INTO "vms" VALUES('9b810e76-6ec9-4286-a3ca-828dd5f4b3b2','shop','78e51061-7311-48a3-82ce-6f447ed4d57b','creating',90,'{"agent_id":"9b810e76-6ec9-4286-a3ca-828dd5f4b3b2","deployment":"shop","instance_id":"78e51061-7311-48a3-82ce-6f447ed4d57b","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-29c7a9dc654966eb","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.4","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}]}');
CREATE INDEX addresses_instance_id ON addresses (instance_id);
CREATE INDEX configs_kind_name ON configs (kind, name);
CREATE INDEX disks_deployment ON disks (deployment);
CREATE INDEX disks_orphaned ON disks (orphaned);
CREATE INDEX instances_deployment ON instances (deployment);
CREATE INDEX journal_task_id ON journal (task_id, sequence);
CREATE INDEX tasks_deployment ON tasks (deployment);
CREATE INDEX tasks_state ON tasks (state);
CREATE INDEX vms_deployment ON vms (deployment);
CREATE INDEX vms_instance_id ON vms (instance_id);
CREATE UNIQUE INDEX variables_name_number ON variables (name, number);
CREATE INDEX variables_deployment ON variables (deployment);
COMMIT;
