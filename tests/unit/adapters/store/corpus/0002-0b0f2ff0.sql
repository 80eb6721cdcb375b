BEGIN TRANSACTION;
CREATE TABLE addresses (
	ip TEXT NOT NULL, 
	network TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT NOT NULL, 
	PRIMARY KEY (ip)
);
INSERT INTO "addresses" VALUES('10.9.0.16','network-15','deployment-4','instance_id-2');
INSERT INTO "addresses" VALUES('10.9.0.159','network-158','deployment-147','instance_id-145');
INSERT INTO "addresses" VALUES('10.9.1.52','network-301','deployment-290','instance_id-288');
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
INSERT INTO "compiled_packages" VALUES('stemcell_os-1075','stemcell_version-1077','fingerprint-1073','dependency_key-1074',50,'{"package":"package-1072","fingerprint":"fingerprint-1073","dependency_key":"dependency_key-1074","stemcell_os":"stemcell_os-1075","stemcell_version":"stemcell_version-1077","blob":{"blob_id":"blob_id-1080","digest":"digest-1081","size":1082}}');
INSERT INTO "compiled_packages" VALUES('stemcell_os-1087','stemcell_version-1089','fingerprint-1085','dependency_key-1086',52,'{"package":"package-1084","fingerprint":"fingerprint-1085","dependency_key":"dependency_key-1086","stemcell_os":"stemcell_os-1087","stemcell_version":"stemcell_version-1089","blob":{"blob_id":"blob_id-1092","digest":"digest-1093","size":1094}}');
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
INSERT INTO "configs" VALUES(900,'kind-901','name-902',0,38,'{"config_id":900,"kind":"kind-901","name":"name-902","content":"content-903","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":false}');
INSERT INTO "configs" VALUES(906,'kind-907','name-908',1,40,'{"config_id":906,"kind":"kind-907","name":"name-908","content":"content-909","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":true}');
CREATE TABLE counters (
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('config',906);
INSERT INTO "counters" VALUES('task',1150);
CREATE TABLE deployments (
	name TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "deployments" VALUES('name-873',34,'{"name":"name-873","manifest":null,"cloud_config_ids":[],"runtime_config_ids":[],"releases":[],"stemcells":[],"variable_set":""}');
INSERT INTO "deployments" VALUES('name-875',36,'{"name":"name-875","manifest":"manifest-877","cloud_config_ids":[880],"runtime_config_ids":[883],"releases":[["releases-887","releases-889"]],"stemcells":[{"name":"name-893","version":"version-895","os":"os-896"}],"variable_set":"variable_set-898"}');
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
INSERT INTO "disks" VALUES('disk_id-624','deployment-626','instance_id-629','creating',0,18,'{"disk_id":"disk_id-624","deployment":"deployment-626","instance_id":"instance_id-629","state":"creating","size_mib":631,"cloud_properties":{"cloud_properties-632":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-636","cpi":"cpi-638","vm_cid":"vm_cid-641","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-644","az":"az-647","hint":{"hint-649":[1,null]},"variables":{"variables-650":"variables-652"},"name":"name-653","growing_to_mib":655,"growth_refused":true}');
INSERT INTO "disks" VALUES('disk_id-658','deployment-660','instance_id-663','detached',0,20,'{"disk_id":"disk_id-658","deployment":"deployment-660","instance_id":"instance_id-663","state":"detached","size_mib":665,"cloud_properties":{"cloud_properties-666":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-670","cpi":"cpi-672","vm_cid":"vm_cid-675","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-678","az":"az-681","hint":{"hint-683":[1,null]},"variables":{"variables-684":"variables-686"},"name":"name-687","growing_to_mib":689,"growth_refused":true}');
INSERT INTO "disks" VALUES('disk_id-692','deployment-694','instance_id-697','attaching',0,22,'{"disk_id":"disk_id-692","deployment":"deployment-694","instance_id":"instance_id-697","state":"attaching","size_mib":699,"cloud_properties":{"cloud_properties-700":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-704","cpi":"cpi-706","vm_cid":"vm_cid-709","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-712","az":"az-715","hint":{"hint-717":[1,null]},"variables":{"variables-718":"variables-720"},"name":"name-721","growing_to_mib":723,"growth_refused":true}');
INSERT INTO "disks" VALUES('disk_id-726','deployment-728','instance_id-731','attached',0,24,'{"disk_id":"disk_id-726","deployment":"deployment-728","instance_id":"instance_id-731","state":"attached","size_mib":733,"cloud_properties":{"cloud_properties-734":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-738","cpi":"cpi-740","vm_cid":"vm_cid-743","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-746","az":"az-749","hint":{"hint-751":[1,null]},"variables":{"variables-752":"variables-754"},"name":"name-755","growing_to_mib":757,"growth_refused":true}');
INSERT INTO "disks" VALUES('disk_id-760','deployment-762','instance_id-765','detaching',0,26,'{"disk_id":"disk_id-760","deployment":"deployment-762","instance_id":"instance_id-765","state":"detaching","size_mib":767,"cloud_properties":{"cloud_properties-768":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-772","cpi":"cpi-774","vm_cid":"vm_cid-777","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-780","az":"az-783","hint":{"hint-785":[1,null]},"variables":{"variables-786":"variables-788"},"name":"name-789","growing_to_mib":791,"growth_refused":true}');
INSERT INTO "disks" VALUES('disk_id-794','deployment-796','instance_id-799','orphaned',1,28,'{"disk_id":"disk_id-794","deployment":"deployment-796","instance_id":"instance_id-799","state":"orphaned","size_mib":801,"cloud_properties":{"cloud_properties-802":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-806","cpi":"cpi-808","vm_cid":"vm_cid-811","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-814","az":"az-817","hint":{"hint-819":[1,null]},"variables":{"variables-820":"variables-822"},"name":"name-823","growing_to_mib":825,"growth_refused":true}');
INSERT INTO "disks" VALUES('disk_id-828','deployment-830','instance_id-833','deleting',0,30,'{"disk_id":"disk_id-828","deployment":"deployment-830","instance_id":"instance_id-833","state":"deleting","size_mib":835,"cloud_properties":{"cloud_properties-836":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-840","cpi":"cpi-842","vm_cid":"vm_cid-845","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-848","az":"az-851","hint":{"hint-853":[1,null]},"variables":{"variables-854":"variables-856"},"name":"name-857","growing_to_mib":859,"growth_refused":true}');
INSERT INTO "disks" VALUES('disk_id-862','deployment-864','instance_id-867','deleting',0,32,'{"disk_id":"disk_id-862","deployment":"deployment-864","instance_id":"instance_id-867","state":"deleting","size_mib":869,"cloud_properties":{"cloud_properties-870":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","vm_cid":null,"orphaned_at":null,"former_instance":"","az":null,"hint":null,"variables":{},"name":"","growing_to_mib":null,"growth_refused":false}');
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
INSERT INTO "instances" VALUES('instance_id-2','deployment-4','group-6',7,'started',2,'{"instance_id":"instance_id-2","deployment":"deployment-4","group":"group-6","index":7,"az":"az-10","bootstrap":true,"addresses":[{"network":"network-15","ip":"10.9.0.16","static":true}],"run_state":"started","spec":{"deployment":"deployment-22","group":"group-24","index":25,"instance_id":"instance_id-27","az":"az-30","bootstrap":true,"vm":{"stemcell":{"name":"name-35","version":"version-37","os":"os-38"},"cloud_properties":{"cloud_properties-39":[1,null]},"env":{"env-40":[1,null]},"networks":[{"name":"name-44","kind":"kind-45","ip":"10.9.0.46","netmask":"netmask-48","gateway":"10.9.0.49","dns":["dns-51"],"default":["default-53"],"cloud_properties":{"cloud_properties-54":[1,null]},"prefix":56,"nic_group":"nic_group-57"}],"cpi":"cpi-59","env_variables":{"env_variables-60":"env_variables-62"},"cloud_variables":{"cloud_variables-63":"cloud_variables-65"}},"disk":{"size_mib":68,"cloud_properties":{"cloud_properties-69":[1,null]},"disk_type":"disk_type-70","variables":{"variables-71":"variables-73"},"name":"name-74"},"jobs":[{"name":"name-78","release":"release-80","release_version":"release_version-82","fingerprint":"fingerprint-83","has_post_deploy":true}],"packages":[{"name":"name-88","version":"version-89","fingerprint":"fingerprint-90","blob":{"blob_id":"blob_id-94","digest":"digest-95","size":96},"dependency_key":"dependency_key-97"}],"templates":{"configuration_hash":"configuration_hash-99","template_hashes":{"template_hashes-100":"template_hashes-101"},"context_digest":"context_digest-102","blob":{"blob_id":"blob_id-106","digest":"digest-107","size":108}},"canary_watch_time":{"min_ms":110,"max_ms":111},"update_watch_time":{"min_ms":113,"max_ms":114},"properties":{"properties-115":[1,null]},"tags":{"tags-116":"tags-117"},"lifecycle":"lifecycle-118","update_strategy":"update_strategy-119","variable_set":"variable_set-121","link_groups":["link_groups-123"],"dns_aliases":[{"dns_aliases-125":[1,null]}],"named_disks":[{"size_mib":128,"cloud_properties":{"cloud_properties-129":[1,null]},"disk_type":"disk_type-130","variables":{"variables-131":"variables-133"},"name":"name-134"}]},"converged":true,"converged_by":138,"ignored":true,"resurrection_paused":true,"post_deployed_by":143}');
INSERT INTO "instances" VALUES('instance_id-145','deployment-147','group-149',150,'stopped',4,'{"instance_id":"instance_id-145","deployment":"deployment-147","group":"group-149","index":150,"az":"az-153","bootstrap":true,"addresses":[{"network":"network-158","ip":"10.9.0.159","static":true}],"run_state":"stopped","spec":{"deployment":"deployment-165","group":"group-167","index":168,"instance_id":"instance_id-170","az":"az-173","bootstrap":true,"vm":{"stemcell":{"name":"name-178","version":"version-180","os":"os-181"},"cloud_properties":{"cloud_properties-182":[1,null]},"env":{"env-183":[1,null]},"networks":[{"name":"name-187","kind":"kind-188","ip":"10.9.0.189","netmask":"netmask-191","gateway":"10.9.0.192","dns":["dns-194"],"default":["default-196"],"cloud_properties":{"cloud_properties-197":[1,null]},"prefix":199,"nic_group":"nic_group-200"}],"cpi":"cpi-202","env_variables":{"env_variables-203":"env_variables-205"},"cloud_variables":{"cloud_variables-206":"cloud_variables-208"}},"disk":{"size_mib":211,"cloud_properties":{"cloud_properties-212":[1,null]},"disk_type":"disk_type-213","variables":{"variables-214":"variables-216"},"name":"name-217"},"jobs":[{"name":"name-221","release":"release-223","release_version":"release_version-225","fingerprint":"fingerprint-226","has_post_deploy":true}],"packages":[{"name":"name-231","version":"version-232","fingerprint":"fingerprint-233","blob":{"blob_id":"blob_id-237","digest":"digest-238","size":239},"dependency_key":"dependency_key-240"}],"templates":{"configuration_hash":"configuration_hash-242","template_hashes":{"template_hashes-243":"template_hashes-244"},"context_digest":"context_digest-245","blob":{"blob_id":"blob_id-249","digest":"digest-250","size":251}},"canary_watch_time":{"min_ms":253,"max_ms":254},"update_watch_time":{"min_ms":256,"max_ms":257},"properties":{"properties-258":[1,null]},"tags":{"tags-259":"tags-260"},"lifecycle":"lifecycle-261","update_strategy":"update_strategy-262","variable_set":"variable_set-264","link_groups":["link_groups-266"],"dns_aliases":[{"dns_aliases-268":[1,null]}],"named_disks":[{"size_mib":271,"cloud_properties":{"cloud_properties-272":[1,null]},"disk_type":"disk_type-273","variables":{"variables-274":"variables-276"},"name":"name-277"}]},"converged":true,"converged_by":281,"ignored":true,"resurrection_paused":true,"post_deployed_by":286}');
INSERT INTO "instances" VALUES('instance_id-288','deployment-290','group-292',293,'detached',6,'{"instance_id":"instance_id-288","deployment":"deployment-290","group":"group-292","index":293,"az":"az-296","bootstrap":true,"addresses":[{"network":"network-301","ip":"10.9.1.52","static":true}],"run_state":"detached","spec":{"deployment":"deployment-308","group":"group-310","index":311,"instance_id":"instance_id-313","az":"az-316","bootstrap":true,"vm":{"stemcell":{"name":"name-321","version":"version-323","os":"os-324"},"cloud_properties":{"cloud_properties-325":[1,null]},"env":{"env-326":[1,null]},"networks":[{"name":"name-330","kind":"kind-331","ip":"10.9.1.82","netmask":"netmask-334","gateway":"10.9.1.85","dns":["dns-337"],"default":["default-339"],"cloud_properties":{"cloud_properties-340":[1,null]},"prefix":342,"nic_group":"nic_group-343"}],"cpi":"cpi-345","env_variables":{"env_variables-346":"env_variables-348"},"cloud_variables":{"cloud_variables-349":"cloud_variables-351"}},"disk":{"size_mib":354,"cloud_properties":{"cloud_properties-355":[1,null]},"disk_type":"disk_type-356","variables":{"variables-357":"variables-359"},"name":"name-360"},"jobs":[{"name":"name-364","release":"release-366","release_version":"release_version-368","fingerprint":"fingerprint-369","has_post_deploy":true}],"packages":[{"name":"name-374","version":"version-375","fingerprint":"fingerprint-376","blob":{"blob_id":"blob_id-380","digest":"digest-381","size":382},"dependency_key":"dependency_key-383"}],"templates":{"configuration_hash":"configuration_hash-385","template_hashes":{"template_hashes-386":"template_hashes-387"},"context_digest":"context_digest-388","blob":{"blob_id":"blob_id-392","digest":"digest-393","size":394}},"canary_watch_time":{"min_ms":396,"max_ms":397},"update_watch_time":{"min_ms":399,"max_ms":400},"properties":{"properties-401":[1,null]},"tags":{"tags-402":"tags-403"},"lifecycle":"lifecycle-404","update_strategy":"update_strategy-405","variable_set":"variable_set-407","link_groups":["link_groups-409"],"dns_aliases":[{"dns_aliases-411":[1,null]}],"named_disks":[{"size_mib":414,"cloud_properties":{"cloud_properties-415":[1,null]},"disk_type":"disk_type-416","variables":{"variables-417":"variables-419"},"name":"name-420"}]},"converged":true,"converged_by":424,"ignored":true,"resurrection_paused":true,"post_deployed_by":429}');
INSERT INTO "instances" VALUES('instance_id-431','deployment-433','group-435',436,'started',8,'{"instance_id":"instance_id-431","deployment":"deployment-433","group":"group-435","index":436,"az":"az-439","bootstrap":true,"addresses":[],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
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
INSERT INTO "releases" VALUES('name-913','version-915',42,'{"name":"name-913","version":"version-915","manifest":{"name":"name-918","version":"version-920","commit_hash":"commit_hash-921","uncommitted_changes":true,"jobs":[{"name":"name-926","version":"version-927","fingerprint":"fingerprint-928","digest":"digest-929","spec":{"templates":[{"source":"source-933","destination":"destination-934"}],"packages":["packages-937"],"properties":[{"name":"name-940","description":"description-941","default":"default-943"}],"consumes":[{"name":"name-946","type":"type-947","optional":true}],"provides":[{"name":"name-951","type":"type-952","properties":["properties-954"]}],"description":"description-955","properties_schema":"properties_schema-957"}}],"packages":[{"name":"name-961","version":"version-962","fingerprint":"fingerprint-963","digest":"digest-964","dependencies":["dependencies-967"]}],"compiled_packages":[{"name":"name-971","version":"version-972","fingerprint":"fingerprint-973","digest":"digest-974","stemcell_os":"stemcell_os-975","stemcell_version":"stemcell_version-976","dependencies":["dependencies-979"]}]},"blobs":{}}');
INSERT INTO "releases" VALUES('name-981','version-983',44,'{"name":"name-981","version":"version-983","manifest":{"name":"name-986","version":"version-988","commit_hash":"commit_hash-989","uncommitted_changes":true,"jobs":[{"name":"name-994","version":"version-995","fingerprint":"fingerprint-996","digest":"digest-997","spec":{"templates":[{"source":"source-1001","destination":"destination-1002"}],"packages":["packages-1005"],"properties":[{"name":"name-1008","description":"description-1009","default":"default-1011"}],"consumes":[{"name":"name-1014","type":"type-1015","optional":true}],"provides":[{"name":"name-1019","type":"type-1020","properties":["properties-1022"]}],"description":"description-1023","properties_schema":"properties_schema-1025"}}],"packages":[{"name":"name-1029","version":"version-1030","fingerprint":"fingerprint-1031","digest":"digest-1032","dependencies":["dependencies-1035"]}],"compiled_packages":[{"name":"name-1039","version":"version-1040","fingerprint":"fingerprint-1041","digest":"digest-1042","stemcell_os":"stemcell_os-1043","stemcell_version":"stemcell_version-1044","dependencies":["dependencies-1047"]}]},"blobs":{"blobs-1048":{"blob_id":"blob_id-1051","digest":"digest-1052","size":1053}}}');
CREATE TABLE rotations (
	name TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	phase TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name), 
	CONSTRAINT rotations_phase CHECK (phase IN ('replacing', 'trusting', 'signing', 'dropping'))
);
INSERT INTO "rotations" VALUES('name-1210','deployment-1212','replacing',70,'{"name":"name-1210","deployment":"deployment-1212","phase":"replacing","successors":{"successors-1214":"successors-1216"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1220}');
INSERT INTO "rotations" VALUES('name-1221','deployment-1223','trusting',72,'{"name":"name-1221","deployment":"deployment-1223","phase":"trusting","successors":{"successors-1225":"successors-1227"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1231}');
INSERT INTO "rotations" VALUES('name-1232','deployment-1234','signing',74,'{"name":"name-1232","deployment":"deployment-1234","phase":"signing","successors":{"successors-1236":"successors-1238"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1242}');
INSERT INTO "rotations" VALUES('name-1243','deployment-1245','dropping',76,'{"name":"name-1243","deployment":"deployment-1245","phase":"dropping","successors":{"successors-1247":"successors-1249"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":1253}');
INSERT INTO "rotations" VALUES('name-1254','deployment-1256','dropping',78,'{"name":"name-1254","deployment":"deployment-1256","phase":"dropping","successors":{"successors-1258":"successors-1260"},"started_at":"2026-01-02T03:04:05.000678+00:00","started_by":null}');
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
INSERT INTO "stemcells" VALUES('name-1055','version-1057','',46,'{"name":"name-1055","version":"version-1057","os":"os-1058","cid":"cid-1060","cpi":"","api_version":2}');
INSERT INTO "stemcells" VALUES('name-1062','version-1064','cpi-1069',48,'{"name":"name-1062","version":"version-1064","os":"os-1065","cid":"cid-1067","cpi":"cpi-1069","api_version":1070}');
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
INSERT INTO "tasks" VALUES(1,'shop','processing',98,'{"task_id":1,"state":"processing","description":"a test","kind":"update_deployment","request":{"manifest":"name: shop\nreleases: []\nstemcells: [{alias: default, os: made-up, version: latest}]\nupdate: {canaries: 1, max_in_flight: 2, canary_watch_time: 1000-9000, update_watch_time: 1000-9000}\ninstance_groups:\n- name: idle\n  instances: 3\n  azs: [z1, z2]\n  vm_type: small\n  stemcell: default\n  networks: [{name: default}]\n  jobs: []\n","manifest_name":"manifest.yml","cloud_config_ids":[],"runtime_config_ids":null,"recreate":false,"fix":false,"dry_run":false,"skip_drain":[],"canaries":null,"max_in_flight":null,"plan_basis":{},"force_latest_variables":false,"rotated":[],"max_destroy":null,"only":[],"exclude":[],"deadline_s":null,"on_failure":null,"as_deployed":false},"deployment":"shop","user":"me","created_at":"2026-01-01T00:00:00+00:00","started_at":"2026-01-01T00:00:00+00:00","finished_at":null,"result":null,"context_id":""}');
INSERT INTO "tasks" VALUES(1096,'deployment-1103','cancelled',54,'{"task_id":1096,"state":"cancelled","description":"description-1098","kind":"kind-1099","request":{"request-1100":[1,null]},"deployment":"deployment-1103","user":"user-1104","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-1111","context_id":"context_id-1112"}');
INSERT INTO "tasks" VALUES(1114,'deployment-1121','done',56,'{"task_id":1114,"state":"done","description":"description-1116","kind":"kind-1117","request":{"request-1118":[1,null]},"deployment":"deployment-1121","user":"user-1122","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-1129","context_id":"context_id-1130"}');
INSERT INTO "tasks" VALUES(1132,'deployment-1139','error',58,'{"task_id":1132,"state":"error","description":"description-1134","kind":"kind-1135","request":{"request-1136":[1,null]},"deployment":"deployment-1139","user":"user-1140","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-1147","context_id":"context_id-1148"}');
INSERT INTO "tasks" VALUES(1150,'deployment-1157','done',60,'{"task_id":1150,"state":"done","description":"description-1152","kind":"kind-1153","request":{"request-1154":[1,null]},"deployment":"deployment-1157","user":"user-1158","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":null,"finished_at":null,"result":null,"context_id":""}');
CREATE TABLE variable_sets (
	deployment TEXT NOT NULL, 
	set_id TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (deployment, set_id)
);
INSERT INTO "variable_sets" VALUES('deployment-1195','set_id-1197',66,'{"deployment":"deployment-1195","set_id":"set_id-1197","versions":{"versions-1198":"versions-1200"},"created_at":"2026-01-02T03:04:05.000678+00:00"}');
INSERT INTO "variable_sets" VALUES('deployment-1203','set_id-1205',68,'{"deployment":"deployment-1203","set_id":"set_id-1205","versions":{"versions-1206":"versions-1208"},"created_at":"2026-01-02T03:04:05.000678+00:00"}');
CREATE TABLE variables (
	variable_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	deployment TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (variable_id)
);
INSERT INTO "variables" VALUES('variable_id-1161','name-1162',1163,'deployment-1165',62,'{"variable_id":"variable_id-1161","name":"name-1162","number":1163,"deployment":"deployment-1165","variable_type":"variable_type-1166","sealed":"sealed-1167","created_at":"2026-01-02T03:04:05.000678+00:00","created_by":null,"options":{},"alternative_names":[],"certificate":null,"signed_by":null,"waiting":false}');
INSERT INTO "variables" VALUES('variable_id-1170','name-1171',1172,'deployment-1174',64,'{"variable_id":"variable_id-1170","name":"name-1171","number":1172,"deployment":"deployment-1174","variable_type":"variable_type-1175","sealed":"sealed-1176","created_at":"2026-01-02T03:04:05.000678+00:00","created_by":1180,"options":{"options-1181":[1,null]},"alternative_names":["alternative_names-1183"],"certificate":{"subject":"subject-1186","not_before":"2026-01-02T03:04:05.000678+00:00","not_after":"2026-01-02T03:04:05.000678+00:00","is_authority":true},"signed_by":"signed_by-1192","waiting":true}');
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
INSERT INTO "vms" VALUES('agent_id-442','deployment-444','instance_id-447','creating',10,'{"agent_id":"agent_id-442","deployment":"deployment-444","instance_id":"instance_id-447","state":"creating","stemcell":{"name":"name-451","version":"version-453","os":"os-454"},"cloud_properties":{"cloud_properties-455":[1,null]},"env_digest":"env_digest-456","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-460","cpi":"cpi-462","active":true,"purpose":"purpose-464","created_by":467,"networks":[{"name":"name-471","kind":"kind-472","ip":"10.9.1.223","netmask":"netmask-475","gateway":"10.9.1.226","dns":["dns-478"],"default":["default-480"],"cloud_properties":{"cloud_properties-481":[1,null]},"prefix":483,"nic_group":"nic_group-484"}],"cloud_variables":{"cloud_variables-485":"cloud_variables-487"},"orphaned_at":"2026-01-02T03:04:05.000678+00:00","dynamic_addresses":[{"network":"network-493","ip":"10.9.1.244","static":true}]}');
INSERT INTO "vms" VALUES('agent_id-497','deployment-499','instance_id-502','running',12,'{"agent_id":"agent_id-497","deployment":"deployment-499","instance_id":"instance_id-502","state":"running","stemcell":{"name":"name-506","version":"version-508","os":"os-509"},"cloud_properties":{"cloud_properties-510":[1,null]},"env_digest":"env_digest-511","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-515","cpi":"cpi-517","active":true,"purpose":"purpose-519","created_by":522,"networks":[{"name":"name-526","kind":"kind-527","ip":"10.9.2.28","netmask":"netmask-530","gateway":"10.9.2.31","dns":["dns-533"],"default":["default-535"],"cloud_properties":{"cloud_properties-536":[1,null]},"prefix":538,"nic_group":"nic_group-539"}],"cloud_variables":{"cloud_variables-540":"cloud_variables-542"},"orphaned_at":"2026-01-02T03:04:05.000678+00:00","dynamic_addresses":[{"network":"network-548","ip":"10.9.2.49","static":true}]}');
INSERT INTO "vms" VALUES('agent_id-552','deployment-554','instance_id-557','deleting',14,'{"agent_id":"agent_id-552","deployment":"deployment-554","instance_id":"instance_id-557","state":"deleting","stemcell":{"name":"name-561","version":"version-563","os":"os-564"},"cloud_properties":{"cloud_properties-565":[1,null]},"env_digest":"env_digest-566","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-570","cpi":"cpi-572","active":true,"purpose":"purpose-574","created_by":577,"networks":[{"name":"name-581","kind":"kind-582","ip":"10.9.2.83","netmask":"netmask-585","gateway":"10.9.2.86","dns":["dns-588"],"default":["default-590"],"cloud_properties":{"cloud_properties-591":[1,null]},"prefix":593,"nic_group":"nic_group-594"}],"cloud_variables":{"cloud_variables-595":"cloud_variables-597"},"orphaned_at":"2026-01-02T03:04:05.000678+00:00","dynamic_addresses":[{"network":"network-603","ip":"10.9.2.104","static":true}]}');
INSERT INTO "vms" VALUES('agent_id-607','deployment-609','instance_id-612','deleting',16,'{"agent_id":"agent_id-607","deployment":"deployment-609","instance_id":"instance_id-612","state":"deleting","stemcell":{"name":"name-616","version":"version-618","os":"os-619"},"cloud_properties":{"cloud_properties-620":[1,null]},"env_digest":"env_digest-621","created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","active":true,"purpose":"instance","created_by":null,"networks":[],"cloud_variables":{},"orphaned_at":null,"dynamic_addresses":[]}');
INSERT INTO "vms" VALUES('35bf992d-c9e9-4616-a12e-7696a6cecc1b','shop','cd613e30-d8f1-4adf-91b7-584a2265b1f5','creating',86,'{"agent_id":"35bf992d-c9e9-4616-a12e-7696a6cecc1b","deployment":"shop","instance_id":"cd613e30-d8f1-4adf-91b7-584a2265b1f5","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-cff975546dbd2756","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.2","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}],"cloud_variables":{},"orphaned_at":null,"dynamic_addresses":[]}');
INSERT INTO "vms" VALUES('e4b06ce6-0741-47a8-bce4-2c8218072e8c','shop','1e2feb89-414c-443c-9027-c4d1c386bbc4','creating',88,'{"agent_id":"e4b06ce6-0741-47a8-bce4-2c8218072e8c","deployment":"shop","instance_id":"1e2feb89-414c-443c-9027-c4d1c386bbc4","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-f24aa8d1e03f773d","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.3","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}],"cloud_variables":{},"orphaned_at":null,"dynamic_addresses":[]}');
INSERT INTO "vms" VALUES('9b810e76-6ec9-4286-a3ca-828dd5f4b3b2','shop','78e51061-7311-48a3-82ce-6f447ed4d57b','creating',90,'{"agent_id":"9b810e76-6ec9-4286-a3ca-828dd5f4b3b2","deployment":"shop","instance_id":"78e51061-7311-48a3-82ce-6f447ed4d57b","state":"creating","stemcell":{"name":"made-up","version":"1.1","os":"made-up"},"cloud_properties":{"ram":1},"env_digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","created_at":"2026-01-01T00:00:00+00:00","cid":"vm-29c7a9dc654966eb","cpi":"","active":true,"purpose":"instance","created_by":1,"networks":[{"name":"default","kind":"manual","ip":"10.0.0.4","netmask":"255.255.255.0","gateway":"10.0.0.1","dns":["10.0.0.2"],"default":["dns","gateway"],"cloud_properties":{},"prefix":null,"nic_group":""}],"cloud_variables":{},"orphaned_at":null,"dynamic_addresses":[]}');
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
